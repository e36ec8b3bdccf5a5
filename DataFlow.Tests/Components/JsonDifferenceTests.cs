using System.Collections.Immutable;
using DataFlow.Web.Components.Values;

namespace DataFlow.Tests.Components;

public sealed class JsonDifferenceTests
{
    private static ImmutableArray<JsonDifference> Between(string? before, string? after) =>
        JsonDifference.Between(before is null ? null : PageContext.Json(before), after is null ? null : PageContext.Json(after));

    private static IEnumerable<string> Told(string? before, string? after) =>
        Between(before, after).Select(one => $"{one.Path}: {one.Before?.GetRawText() ?? "-"} > {one.After?.GetRawText() ?? "-"}");

    [Theory]
    [InlineData("""{"a":[1,{"b":2}],"c":null}""", """{ "c": null, "a": [1.0, {"b":2}] }""")]
    [InlineData(null, null)]
    public void Equal_values_have_none(string? before, string? after) => Assert.Empty(Between(before, after));

    [Fact]
    public void Each_has_its_path_as_an_expression_would_say_it() =>
        Assert.Equal(
            ["rows[1].name: \"b\" > \"c\"", "rows[2]: - > 3", "[\"odd key\"]: 1 > -", "new: - > true"],
            Told("""{"rows":[1,{"name":"b"}],"odd key":1}""", """{"rows":[1,{"name":"c"},3],"new":true}"""));

    [Fact]
    public void Another_kind_of_value_is_one_difference() => Assert.Equal(["a: {\"b\":1} > [1]"], Told("""{"a":{"b":1}}""", """{"a":[1]}"""));

    [Fact]
    public void A_value_that_is_only_on_one_side_differs_as_a_whole() => Assert.Equal([": - > {\"a\":1}"], Told(null, """{"a":1}"""));

    [Fact]
    public void There_are_never_more_than_anybody_reads() =>
        Assert.Equal(JsonDifference.Most, Between($"[{string.Join(',', Enumerable.Repeat(1, 5_000))}]", $"[{string.Join(',', Enumerable.Repeat(2, 5_000))}]").Length);
}
