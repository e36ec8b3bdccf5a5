using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataType = DataFlow.Engine.TaskTypes.DataType;

namespace DataFlow.Tests.TaskTypes;

public sealed class SpecificationReaderTests
{
    private static readonly TaskSpecification Rich = new RichTask().Specification;

    private static PropertySchema Field(string name) => Rich.Input.Find(name) ?? throw new InvalidOperationException(name);

    [Fact]
    public void Class_attributes_give_the_head()
    {
        Assert.Equal("Test.Rich", Rich.Type);
        Assert.Equal("Does everything.", Rich.Description);
        Assert.Equal("Test", Rich.Category);
        Assert.Equal(["Test.Wealthy"], Rich.Aliases);
        Assert.Equal(TaskRepeat.Idempotent, Rich.Repeat);
        Assert.Equal("openai", Rich.Credential);
        Assert.Equal("echo", Rich.MainOutput);
        Assert.Equal("rich", Rich.Example.GetProperty("ref").GetString());
    }

    [Fact]
    public void Fields_keep_their_order_and_become_snake_case() =>
        Assert.Equal(
            ["url", "anything", "point", "timeout_seconds", "big", "share", "word", "note", "colour", "words", "points", "headers", "key", "flag", "moment"],
            Rich.Input.Properties!.Value.Select(p => p.Name));

    [Fact]
    public void Only_fields_without_default_or_question_mark_are_required() =>
        Assert.Equal(["url", "anything", "point"], Rich.Input.Properties!.Value.Where(p => p.Required).Select(p => p.Name));

    [Theory]
    [InlineData("url", DataType.String, false, null)]
    [InlineData("anything", DataType.Any, true, null)]
    [InlineData("point", DataType.Object, false, null)]
    [InlineData("timeout_seconds", DataType.Integer, false, "30")]
    [InlineData("big", DataType.Integer, false, "5000000000")]
    [InlineData("share", DataType.Number, true, null)]
    [InlineData("word", DataType.String, false, "\"abc\"")]
    [InlineData("note", DataType.String, true, null)]
    [InlineData("colour", DataType.String, false, "\"dark_blue\"")]
    [InlineData("words", DataType.Array, true, null)]
    [InlineData("points", DataType.Array, true, null)]
    [InlineData("headers", DataType.Object, true, null)]
    [InlineData("flag", DataType.Boolean, false, "true")]
    [InlineData("moment", DataType.String, true, null)]
    public void Each_field_has_its_type_nullability_and_default(string name, DataType type, bool nullable, string? @default)
    {
        var field = Field(name);
        Assert.Equal(type, field.Schema.Type);
        Assert.Equal(nullable, field.Schema.Nullable);
        Assert.Equal(@default, field.Default?.GetRawText());
    }

    [Fact]
    public void Attributes_of_fields_give_description_example_limits_and_secrecy()
    {
        Assert.Equal("Seconds.", Field("timeout_seconds").Schema.Description);
        Assert.Equal(20, Field("timeout_seconds").Schema.Example?.GetInt32());
        Assert.Equal((1, 300), (Field("timeout_seconds").Schema.Minimum, Field("timeout_seconds").Schema.Maximum));
        Assert.Equal((0, 1), (Field("share").Schema.Minimum, Field("share").Schema.Maximum));
        Assert.Equal((2, 5), (Field("word").Schema.MinLength, Field("word").Schema.MaxLength));
        Assert.Equal("^[a-z]+$", Field("word").Schema.Pattern);
        Assert.Equal(3, Field("words").Schema.MaxLength);
        Assert.Equal("https://example.com", Field("url").Schema.Example?.GetString());
        Assert.Equal("uri", Field("url").Schema.Format);
        Assert.Equal("date-time", Field("moment").Schema.Format);
        Assert.Equal(["key"], Rich.Input.Properties!.Value.Where(p => p.Schema.Secret).Select(p => p.Name));
    }

    [Fact]
    public void An_enum_is_choices_in_lower_snake_case() =>
        Assert.Equal(["red", "dark_blue"], Field("colour").Schema.Choices.Select(c => c.GetString()));

    [Fact]
    public void Nested_records_arrays_and_dictionaries_have_their_own_schemas()
    {
        Assert.Equal(["x", "y"], Field("point").Schema.Properties!.Value.Select(p => p.Name));
        Assert.Equal("0.5", Field("point").Schema.Find("y")?.Default?.GetRawText());
        Assert.Equal(DataType.String, Field("words").Schema.Items?.Type);
        Assert.Equal(["x", "y"], Field("points").Schema.Items!.Properties!.Value.Select(p => p.Name));
        Assert.Null(Field("headers").Schema.Properties);
        Assert.Equal(DataType.String, Field("headers").Schema.Items?.Type);
    }

    [Fact]
    public void Every_output_field_is_always_there_and_has_no_default()
    {
        Assert.All(Rich.Output.Properties!.Value, p => Assert.True(p is { Required: true, Default: null }));
        Assert.True(Rich.Output.Find("nothing")!.Schema.Nullable);
    }

    [Fact]
    public async Task The_least_input_gets_its_defaults_and_comes_back_with_nulls_written()
    {
        var output = await Attempt.OfAsync(new RichTask(), new { url = "https://example.com/a?b=<c>", anything = (object?)null, point = new { x = 1 } });
        Assert.Equal(
            """
            {"echo":{"url":"https://example.com/a?b=<c>","anything":null,"point":{"x":1,"y":0.5},"timeout_seconds":30,"big":5000000000,"share":null,"word":"abc","note":null,"colour":"dark_blue","words":null,"points":null,"headers":null,"key":null,"flag":true,"moment":null},"nothing":null}
            """,
            output.GetRawText());
    }

    [Theory]
    [InlineData("""[]""", "it must be an object")]
    [InlineData("""null""", "it must be an object")]
    [InlineData("""{"anything":1,"point":{"x":1}}""", "'url' is missing")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"timeout_second":1}""", "'timeout_second' is unknown, did you mean 'timeout_seconds'?")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"timeout_seconds":"1"}""", "'timeout_seconds' must be a whole number")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"timeout_seconds":1.5}""", "'timeout_seconds' must be a whole number")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"timeout_seconds":3000000000}""", "'timeout_seconds' must be a whole number")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"big":1e19}""", "'big' must be a whole number")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"word":null}""", "'word' must not be null")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"colour":"green"}""", "'colour' must be one of red, dark_blue")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"colour":1}""", "'colour' must be one of red, dark_blue")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":"1"}}""", "'point.x' has the wrong shape")]
    [InlineData("""{"url":"urn:1","anything":1,"point":{"x":1},"words":[1]}""", "'words[0]' has the wrong shape")]
    [InlineData("""{"url":5,"anything":1,"point":{"x":1}}""", "'url' must be a uri")]
    public async Task An_input_of_the_wrong_shape_is_a_failure_that_names_the_field(string input, string reason)
    {
        var failure = await Attempt.FailureOfAsync(new RichTask(), JsonElement.Parse(input));
        Assert.Equal("input_invalid", failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
        Assert.DoesNotContain("System.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("0.5e1")]
    public async Task A_whole_number_may_be_written_with_a_fraction_of_zero(string five)
    {
        var output = await Attempt.OfAsync(new RichTask(), JsonElement.Parse($$"""{"url":"urn:1","anything":1,"point":{"x":1},"timeout_seconds":{{five}},"big":{{five}} }"""));
        Assert.Equal(5, output.GetProperty("echo").GetProperty("timeout_seconds").GetInt32());
        Assert.Equal(5, output.GetProperty("echo").GetProperty("big").GetInt64());
    }

    [Fact]
    public async Task An_output_too_deep_for_the_journal_is_a_failure()
    {
        var deepest = new string('[', EngineDepth - 1) + new string(']', EngineDepth - 1);
        var input = JsonElement.Parse($$"""{"url":"urn:1","anything":{{deepest}},"point":{"x":1} }""", new() { MaxDepth = 256 });
        Assert.Equal("output_too_deep", (await Attempt.FailureOfAsync(new RichTask(), input)).Code);
    }

    [Fact]
    public async Task An_input_too_deep_is_a_failure_that_says_so()
    {
        var deep = new string('[', EngineDepth) + new string(']', EngineDepth);
        var failure = await Attempt.FailureOfAsync(new RichTask(), JsonElement.Parse($$"""{"url":"urn:1","anything":{{deep}},"point":{"x":1} }""", new() { MaxDepth = 256 }));
        Assert.Equal("The input does not fit Test.Rich: it is nested deeper than 64 levels.", failure.Message);
    }

    private const int EngineDepth = Engine.EngineJson.MaxDepth;

    [Fact]
    public async Task A_cancelled_token_stops_it_before_it_begins()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RichTask().InvokeAsync(JsonElement.Parse("{}"), Attempt.Context(), cancelled.Token).AsTask());
    }

    [Fact]
    public void Everything_wrong_with_a_class_is_said_at_once()
    {
        var exception = Assert.Throws<MalformedTaskTypeException>(() => new Malformed().Specification);
        string[] expected =
        [
            "words of letters", "no description", "input.no_description has no [Description]", "input.array has no usable default", "input.anything has no usable default", "input.nothing has no usable default",
            "[Range] but is no number", "[Length] but is neither", "[Example] that is not JSON", "input.written_later is not a parameter", "input.odd is a Version",
            "output has no fields", "example has no ref", "example is of another type", "example lacks 'no_description'", "example has an unknown 'other'",
            "contains itself",
        ];
        Assert.All(expected, part => Assert.Contains(exception.Reasons, reason => reason.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_class_needs_an_example_that_is_JSON() =>
        Assert.Contains("example is not JSON", Assert.Throws<MalformedTaskTypeException>(() => new BadExample().Specification).Message, StringComparison.Ordinal);

    [TaskType("lower.case", "")]
    [TaskExample("""{ "type": "Lower.Case", "input": { "other": 1 } }""")]
    private sealed class Malformed : TaskType<Malformed.Input, Malformed.Output>
    {
        public sealed record Input(
            string NoDescription,
            [Description("d")] System.Collections.Immutable.ImmutableArray<int> Array = default,
            [Description("d")] JsonElement Anything = default,
            [Description("d"), Range(1, 2)] string Ranged = "",
            [Description("d"), Length(1, 2)] int Long = 1,
            [Description("d"), Example("{")] int Exampled = 1,
            [Description("d")] Version? Odd = null,
            [Description("d")] Input? Itself = null,
            [Description("d")] string Nothing = null!)
        {
            public string? WrittenLater { get; init; }
        }

        public sealed record Output;

        protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new Output());
    }

    [TaskType("Bad.Example", "d")]
    [TaskExample("{")]
    private sealed class BadExample : TaskType<BadExample.Input, NoOutput>
    {
        public sealed record Input([Description("d")] string Text);

        protected override ValueTask<NoOutput> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new NoOutput());
    }
}
