using System.Text;
using System.Text.Json;
using CsCheck;
using DataFlow.Engine.Workflows;

namespace DataFlow.Tests.Workflows;

public sealed class JsonReadingTests
{
    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("-1.50e+10")]
    public void Numbers_are_kept_digit_for_digit(string number) =>
        Assert.Equal(number, Read(number).Value!.Value.GetRawText());

    [Fact]
    public void A_byte_order_mark_is_accepted() =>
        Assert.Equal(5, JsonReading.Read((byte[])[0xEF, 0xBB, 0xBF, (byte)'5']).Value!.Value.GetInt32());

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"é😀\": tru\n}", "line 3, column 13")]
    [InlineData("{\"a\":1,}", "line 1, column 8")]
    [InlineData("", "line 1, column 1")]
    [InlineData("[1,\r\n2", "line 2, column 2")]
    public void Malformed_text_is_placed_by_line_and_character(string text, string place)
    {
        var problem = Assert.Single(Read(text).Problems);

        Assert.Equal((JsonPointer.Root, ProblemCodes.MalformedJson), (problem.Pointer, problem.Code));
        Assert.Contains($"at {place}:", problem.Detail);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_placed_too()
    {
        var problem = Assert.Single(JsonReading.Read((byte[])[.. "{\n\"é\": \""u8, 0xFF, .. "\"}"u8]).Problems);

        Assert.Equal(ProblemCodes.InvalidUtf8, problem.Code);
        Assert.Contains("byte 0xFF at line 2, column 7", problem.Detail);
    }

    [Fact]
    public void Nesting_up_to_the_limit_is_read() =>
        Assert.NotNull(Read(new string('[', 64) + new string(']', 64)).Value);

    [Fact]
    public void Ten_million_brackets_neither_overflow_the_stack_nor_take_time()
    {
        var problem = Assert.Single(JsonReading.Read(Encoding.UTF8.GetBytes(new string('[', 10_000_000))).Problems);

        Assert.Equal(ProblemCodes.MaxDepth, problem.Code);
    }

    [Fact]
    public void A_surrogate_pair_in_escapes_is_one_character() =>
        Assert.Equal("😀", Read("\"\\uD83D\\ude00\"").Value!.Value.GetString());

    [Fact]
    public void No_more_than_a_hundred_problems_are_listed_and_it_says_so()
    {
        var reading = Read($"[{string.Join(',', Enumerable.Repeat("1e999", 101))}]");

        Assert.Equal(Problem.Most, reading.Problems.Length);
        Assert.True(reading.Truncated);
        Assert.False(Read($"[{string.Join(',', Enumerable.Repeat("1e999", 100))}]").Truncated);
    }

    [Fact]
    public void A_long_name_does_not_multiply_through_the_problems()
    {
        var reading = Read($"{{\"{new string('n', 500_000)}\":[{string.Join(',', Enumerable.Repeat("1e999", 200))}]}}");

        Assert.All(reading.Problems, problem => Assert.True(problem.Pointer.Length + problem.Detail.Length < 5_000));
    }

    [Fact]
    public void What_is_read_can_be_used_without_surprise() =>
        JsonText.Sample(text =>
        {
            var reading = Read(text);
            Assert.True(reading.Value is null == reading.Problems.Length > 0);
            if (reading.Value is { } value) Use(value);
        }, iter: 20_000);

    [Fact]
    public void Pointers_lead_back_to_what_they_name() =>
        Gen.String.Array[0, 5].Sample(names =>
        {
            var valid = names.Select(name => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name))).ToArray();
            Assert.Equal(valid, JsonPointer.Segments(valid.Aggregate(JsonPointer.Root, JsonPointer.Append)));
        });

    private static Gen<string> JsonText { get; } = Gen.OneOf(
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "1", "1e400", "-0", "true", "null", " ", "\"a\":", "\"b\":[", "{\"a\":1,\"a\":2}", "é", "\"\\u00e9\"").Array[0, 12].Select(string.Concat);

    private static void Use(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(value.GetPropertyCount(), value.EnumerateObject().Select(member => member.Name).Distinct().Count());
                foreach (var member in value.EnumerateObject()) Use(member.Value);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Use(item);
                break;
            case JsonValueKind.String:
                Assert.DoesNotContain('\0', value.GetString()!);
                break;
            case JsonValueKind.Number:
                Assert.True(double.IsFinite(value.GetDouble()));
                break;
        }
    }

    private static JsonReading Read(string text) => JsonReading.Read(Encoding.UTF8.GetBytes(text));
}
