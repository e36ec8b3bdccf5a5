using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using NetArchTest.Rules;

namespace DataFlow.Tests.Architecture;

/// <summary>Some types must not know some others.</summary>
/// <param name="Sentence">What holds, and what a failure is called.</param>
/// <param name="Assembly">Where the types are.</param>
/// <param name="Namespaces">Regular expression of the namespaces they are in; whole, because a prefix would select neighbours too.</param>
/// <param name="Forbidden">Namespaces or types, each with all below it.</param>
internal sealed record DependencyRule(string Sentence, Assembly Assembly, string Namespaces, ImmutableArray<string> Forbidden)
{
    // Each look reads the assembly anew, and many rules forbid the same.
    private static readonly ConcurrentDictionary<string, bool> Caught = new();

    private const string Controls = @"^DataFlow\.Tests\.Architecture\.Controls$";

    /// <summary>As <see cref="Forbidden"/>, but listed by the program from what there is, so that no name can be misspelt.</summary>
    public ImmutableArray<string> ForbiddenToo { get; init; } = [];

    /// <summary>Types that break the rule for a reason, by full name. One that no longer does must be taken out.</summary>
    public ImmutableDictionary<string, string> Exceptions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The types the rule is about; none means that the rule says nothing.</summary>
    public int Selected => Types.InAssembly(Assembly).That().ResideInNamespaceMatching(Namespaces).GetTypes().Count();

    /// <summary>All that break the rule, the excepted among them.</summary>
    public ImmutableArray<string> Breaking => Break(Assembly, Namespaces, [.. Forbidden, .. ForbiddenToo]);

    /// <summary>Whether a type made to break it is found out.</summary>
    public static bool Catches(string forbidden) => Caught.GetOrAdd(forbidden, static name => !Break(Repository.Tests, Controls, name).IsEmpty);

    public override string ToString() => Sentence;

    private static ImmutableArray<string> Break(Assembly assembly, string namespaces, params string[] forbidden) =>
    [
        .. (Types.InAssembly(assembly).That().ResideInNamespaceMatching(namespaces).ShouldNot().HaveDependencyOnAny(forbidden).GetResult().FailingTypeNames ?? [])
            .Order(StringComparer.Ordinal),
    ];
}
