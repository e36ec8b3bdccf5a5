using System.Text.RegularExpressions;

namespace DataFlow.Tests.Architecture;

public sealed class DependencyTests
{
    public static TheoryData<string> Rules => [.. DependencyRules.All.Select(rule => rule.Sentence)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_holds(string sentence)
    {
        var rule = Find(sentence);

        Assert.Empty(rule.Breaking.Where(type => !rule.Exceptions.ContainsKey(type)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_about_something(string sentence) => Assert.NotEqual(0, Find(sentence).Selected);

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_catches_who_breaks_it(string sentence) =>
        Assert.Empty(Find(sentence).Forbidden.Where(forbidden => !DependencyRule.Catches(forbidden)));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_has_no_exception_that_is_not_needed(string sentence) =>
        Assert.Empty(Find(sentence).Exceptions.Keys.Except(Find(sentence).Breaking));

    [Fact]
    public void A_rule_over_nothing_is_noticed() =>
        Assert.Equal(0, new DependencyRule("", Repository.Engine, @"^DataFlow\.Engine\.NoSuchRoom$", ["Scriban"]).Selected);

    [Fact]
    public void A_name_that_nobody_has_catches_nobody() => Assert.False(DependencyRule.Catches("DataFlow.Engine.NoSuchRoom"));

    [Fact]
    public void Every_room_of_the_engine_is_under_a_rule()
    {
        var rules = DependencyRules.All.Where(rule => rule.Sentence.Contains("imports only") || rule.Sentence.Contains("hangs off")).ToArray();
        var rooms = Repository.Engine.GetTypes().Select(type => type.Namespace).OfType<string>().Where(name => name.StartsWith("DataFlow.Engine.", StringComparison.Ordinal)).Distinct();

        Assert.All(rooms, room => Assert.Contains(rules, rule => Regex.IsMatch(room, rule.Namespaces)));
    }

    [Fact]
    public void The_engine_references_no_web_framework()
    {
        Assert.DoesNotContain(References(Repository.Engine), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.Contains(References(Repository.Web), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private static DependencyRule Find(string sentence) => DependencyRules.All.Single(rule => rule.Sentence == sentence);

    private static IEnumerable<string> References(System.Reflection.Assembly assembly) => assembly.GetReferencedAssemblies().Select(reference => reference.Name!);
}
