using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DataFlow.Engine;
using DataFlow.Engine.TaskTypes.Json;

namespace DataFlow.Tests.TaskTypes.Json;

public sealed class JsonParseTests
{
    private static readonly Gen<JsonNode?> AnyJson = Gen.Recursive<JsonNode?>((depth, any) => depth > 4
        ? Gen.Int.Select(i => (JsonNode?)i)
        : Gen.OneOf(
            Gen.Const((JsonNode?)null),
            Gen.Bool.Select(b => (JsonNode?)b),
            Gen.Double.Where(double.IsFinite).Select(d => (JsonNode?)d),
            Gen.String.Select(s => (JsonNode?)s),
            any.Array[0, 4].Select(items => (JsonNode?)new JsonArray(items)),
            Gen.Dictionary(Gen.String[0, 6], any)[0, 4].Select(members => (JsonNode?)new JsonObject(members))));

    private static async Task<JsonElement> ParseAsync(string text) => (await Attempt.OfAsync(new JsonParse(), new { text })).GetProperty("value");

    [Fact]
    public async Task Whatever_was_written_as_JSON_is_read_as_the_same_value() =>
        await AnyJson.SampleAsync(async node =>
        {
            var written = node?.ToJsonString() ?? "null";
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(written), await ParseAsync(written)), written);
        });

    [Fact]
    public async Task A_byte_order_mark_is_ignored() => Assert.Equal(1, (await ParseAsync("\uFEFF{\"a\":1}")).GetProperty("a").GetInt32());

    [Theory]
    [InlineData("", "1:1")]
    [InlineData("{\n  \"a\": x\n}", "2:8")]
    [InlineData("[\"éé日👍\" x]", "1:10")]
    [InlineData("{\"a\":1,}", "1:8")]
    [InlineData("[1] 2", "1:5")]
    [InlineData("// no", "1:1")]
    public async Task What_is_no_JSON_is_a_failure_with_its_place(string text, string place)
    {
        var failure = await Attempt.FailureOfAsync(new JsonParse(), new { text });
        Assert.Equal("invalid_json", failure.Code);
        Assert.Contains($" at {place}: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("[\"fine\",{\"a\":\"\\udc00\\ud800\"}]")]
    [InlineData("[1,-1e999]")]
    public async Task What_no_text_or_number_can_hold_is_a_failure(string text) =>
        Assert.Equal("invalid_json", (await Attempt.FailureOfAsync(new JsonParse(), new { text })).Code);

    [Fact]
    public async Task A_member_named_twice_is_a_failure() => Assert.Equal("invalid_json", (await Attempt.FailureOfAsync(new JsonParse(), new { text = """{"a":1,"a":2}""" })).Code);

    [Fact]
    public async Task The_deepest_value_that_fits_an_output_is_read_and_one_level_more_is_a_failure()
    {
        const int most = EngineJson.MaxDepth - 1;
        Assert.Equal(JsonValueKind.Array, (await ParseAsync(Nested(most))).ValueKind);
        Assert.Equal("invalid_json", (await Attempt.FailureOfAsync(new JsonParse(), new { text = Nested(most + 1) })).Code);
        Assert.Equal("invalid_json", (await Attempt.FailureOfAsync(new JsonParse(), new { text = Nested(1_000_000) })).Code);
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
