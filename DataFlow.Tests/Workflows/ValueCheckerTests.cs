using System.Text.Json;
using CsCheck;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using static DataFlow.Tests.Workflows.SpecCatalog;

namespace DataFlow.Tests.Workflows;

public sealed class ValueCheckerTests
{
    [Theory]
    [InlineData("5", true)]
    [InlineData("5.0", true)]
    [InlineData("-0.0", true)]
    [InlineData("1e3", true)]
    [InlineData("1.25e2", true)]
    [InlineData("120e-1", true)]
    [InlineData("0e-99999999999999999999", true)]
    [InlineData("123456789012345678901234567890", true)]
    [InlineData("123456789012345678901234567890.5", false)]
    [InlineData("9007199254740992.5", false)]
    [InlineData("1.25e1", false)]
    [InlineData("12e-1", false)]
    [InlineData("1e-99999999999999999999", false)]
    [InlineData("\"5\"", false)]
    [InlineData("true", false)]
    [InlineData("null", false)]
    public void An_integer_is_a_number_without_a_fraction_however_it_is_written(string value, bool fits) =>
        Assert.Equal(fits, Codes(value, Of(DataType.Integer)) is []);

    [Theory]
    [InlineData(DataType.String, "\"x\"")]
    [InlineData(DataType.Number, "1.5")]
    [InlineData(DataType.Boolean, "true")]
    [InlineData(DataType.Object, "{}")]
    [InlineData(DataType.Array, "[]")]
    [InlineData(DataType.File, """{"$file":"x"}""")]
    public void A_type_takes_its_own_values_only(DataType type, string own)
    {
        Assert.Empty(Codes(own, Of(type)));
        foreach (var other in (string[])["\"x\"", "1.5", "true", "{}", "[]", "null"])
            if (other != own)
                Assert.Equal(["# type_mismatch"], Codes(other, Of(type)));
    }

    [Fact]
    public void Any_takes_everything_and_nullable_takes_null()
    {
        foreach (var value in (string[])["null", "1", "\"x\"", "[null]", "{\"a\":null}"]) Assert.Empty(Codes(value, ValueSchema.Any));
        Assert.Empty(Codes("null", Of(DataType.String) with { Nullable = true }));
    }

    [Fact]
    public void Everything_wrong_in_a_value_is_said_where_it_is()
    {
        var schema = Object(
            Required("name", Of(DataType.String) with { MinLength = 1, MaxLength = 3 }),
            Required("missing", Of(DataType.Integer)),
            Optional("list", List(Of(DataType.Integer) with { Minimum = 1, Maximum = 9 }) with { MaxLength = 3 }),
            Optional("kind", Of(DataType.String) with { Choices = [JsonElement.Parse("\"fast\""), JsonElement.Parse("\"slow\"")] }));

        Assert.Equal(
            ["#/x/name length", "#/x/list length", "#/x/list/0 range", "#/x/list/1 type_mismatch", "#/x/kind enum", "#/x/mor~1e unknown_property", "#/x/missing required"],
            Codes("""{"name":"","list":[0,"1",2,3],"kind":"fats","mor/e":1}""", schema, "#/x"));
    }

    [Fact]
    public void Lengths_count_characters_not_halves_of_them()
    {
        Assert.Empty(Codes("\"😀😀\"", Of(DataType.String) with { MaxLength = 2 }));
        Assert.Equal(["# length"], Codes("\"😀😀😀\"", Of(DataType.String) with { MaxLength = 2 }));
    }

    [Theory]
    [InlineData("https://example.com/a?b=c#d", true)]
    [InlineData("http://localhost:5000", true)]
    [InlineData("HTTPS://例え.jp/", true)]
    [InlineData("example.com", false)]
    [InlineData("//example.com", false)]
    [InlineData("/path", false)]
    [InlineData("http://", false)]
    [InlineData("https://exa mple.com", false)]
    [InlineData("https://example.com/\nHost: x", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("", false)]
    public void A_uri_is_an_absolute_web_address(string text, bool fits) =>
        Assert.Equal(fits, Codes(JsonSerializer.Serialize(text), Of(DataType.String) with { Format = "uri" }) is []);

    [Theory]
    [InlineData("2030-01-01T09:00:00Z", true)]
    [InlineData("2030-01-01T09:00:00.123+02:00", true)]
    [InlineData("2030-01-01T09:00:00", false)]
    [InlineData("2030-13-01T09:00:00Z", false)]
    [InlineData("tomorrow", false)]
    public void A_moment_has_its_offset(string text, bool fits) =>
        Assert.Equal(fits, Codes(JsonSerializer.Serialize(text), Of(DataType.String) with { Format = "date-time" }) is []);

    [Fact]
    public void A_pattern_that_would_take_for_ever_is_given_up_soon()
    {
        // The lookahead keeps it off the engine that cannot explode.
        var schema = Of(DataType.String) with { Pattern = "^(?=(a+)+$)x" };

        Assert.Equal(["# pattern"], Codes($"\"{new string('a', 60)}!\"", schema));
    }

    [Fact]
    public void Choices_compare_numbers_by_value()
    {
        var schema = Of(DataType.Number) with { Choices = [JsonElement.Parse("1"), JsonElement.Parse("0.5")] };

        Assert.Empty(Codes("1.0", schema));
        Assert.Equal(["# enum"], Codes("2", schema));
    }

    [Fact]
    public void Values_of_a_free_object_have_the_schema_of_its_items() =>
        Assert.Equal(["#/b type_mismatch"], Codes("""{"a":"x","b":1}""", Of(DataType.Object) with { Items = Of(DataType.String) }));

    [Fact]
    public void Secrets_and_what_looks_like_one_are_not_repeated()
    {
        var schema = Object(Required("key", Of(DataType.Integer) with { Secret = true }), Required("api_token", Of(DataType.Integer)), Required("plain", Of(DataType.Integer)));
        var problems = new List<Problem>();

        ValueChecker.Check(JsonElement.Parse("""{"key":"canary-1","api_token":"canary-2","plain":"canary-3"}"""), schema, "#", problems);

        Assert.DoesNotContain(problems, problem => problem.Detail.Contains("canary-1") || problem.Detail.Contains("canary-2"));
        Assert.Contains(problems, problem => problem.Detail.Contains("canary-3"));
    }

    [Fact]
    public void Long_and_invisible_values_are_repeated_short_and_escaped()
    {
        var problems = new List<Problem>();

        ValueChecker.Check(JsonElement.Parse(JsonSerializer.Serialize("\u001b[31m\u202e" + new string('x', 10_000))), Of(DataType.Integer), "#", problems);

        Assert.StartsWith("Expected an integer, found the string '\\u001B[31m\\u202Ex", problems.Single().Detail);
        Assert.True(problems.Single().Detail.Length < 160);
    }

    [Fact]
    public void A_flood_of_problems_is_cut_off() =>
        Assert.InRange(Codes($"[{string.Join(',', Enumerable.Repeat("\"x\"", 100_000))}]", List(Of(DataType.Integer))).Count, Problem.Most + 1, 1_000);

    [Fact]
    public void A_number_in_quotes_is_told_so()
    {
        var problems = new List<Problem>();

        ValueChecker.Check(JsonElement.Parse("\"150\""), Of(DataType.Integer), "#", problems);

        Assert.Equal("Expected an integer, found the string '150'. Write it without quotes.", problems.Single().Detail);
    }

    [Fact]
    public void Defaults_are_put_in_at_every_depth_and_nothing_else_changes()
    {
        var inner = Object(Optional("a", Of(DataType.Integer), "1"), Optional("b", Of(DataType.String)));
        var schema = Object(Required("o", inner), Optional("list", List(inner)), Optional("d", inner, """{"b":"x"}"""));

        var filled = ValueChecker.WithDefaults(JsonElement.Parse("""{"list":[{"a":9007199254740993},{}],"o":{"b":null}}"""), schema);

        Assert.Equal("""{"list":[{"a":9007199254740993},{"a":1}],"o":{"b":null,"a":1},"d":{"b":"x","a":1}}""", filled.GetRawText());
    }

    [Fact]
    public void What_lacks_nothing_is_answered_as_it_is()
    {
        var value = JsonElement.Parse("""{ "a" : 1.0 }""");

        Assert.Equal("""{ "a" : 1.0 }""", ValueChecker.WithDefaults(value, Object(Optional("a", Of(DataType.Integer), "2"))).GetRawText());
    }

    [Fact]
    public void What_fits_still_fits_with_its_defaults() =>
        Schemas.Typed.Select(schema => Schemas.Fitting(schema).Select(value => (schema, value))).Sample(given => given.Sample(each =>
        {
            var value = JsonElement.Parse(each.value);
            Assert.Empty(Check(value, each.schema));
            var filled = ValueChecker.WithDefaults(value, each.schema);
            Assert.Empty(Check(filled, each.schema));
            Assert.True(JsonElement.DeepEquals(filled, ValueChecker.WithDefaults(filled, each.schema)));
        }, iter: 5, threads: 1), iter: 400);

    private static List<string> Codes(string value, ValueSchema schema, string pointer = "#") => Check(JsonElement.Parse(value), schema, pointer);

    private static List<string> Check(JsonElement value, ValueSchema schema, string pointer = "#")
    {
        var problems = new List<Problem>();
        ValueChecker.Check(value, schema, pointer, problems);
        return [.. problems.Select(problem => $"{problem.Pointer} {problem.Code}")];
    }
}
