using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.TaskTypes;

/// <summary>Every feature a task type's records can have.</summary>
[TaskType("Test.Rich", "Does everything.", Repeat = TaskRepeat.Idempotent, Aliases = ["Test.Wealthy"], Credential = "openai")]
[TaskExample("""{ "ref": "rich", "type": "Test.Rich", "input": { "url": "https://example.com", "anything": 1, "point": { "x": 1 } } }""")]
public sealed class RichTask : TaskType<RichTask.Input, RichTask.Output>
{
    public enum Colour { Red, DarkBlue }

    public sealed record Point([Description("Left to right.")] double X, [Description("Top to bottom.")] double Y = 0.5);

    public sealed record Input(
        [Description("A URL."), Example("https://example.com")] Uri Url,
        [Description("Any JSON.")] JsonElement Anything,
        [Description("A nested record.")] Point Point,
        [Description("Seconds."), Range(1, 300), Example("20")] int TimeoutSeconds = 30,
        [Description("A big number.")] long Big = 5_000_000_000,
        [Description("Part of the whole."), Range(0.0, 1.0)] double? Share = null,
        [Description("A word."), Length(2, 5), RegularExpression("^[a-z]+$")] string Word = "abc",
        [Description("A text that may be left out.")] string? Note = null,
        [Description("A choice.")] Colour Colour = Colour.DarkBlue,
        [Description("Many words."), MaxLength(3)] IReadOnlyList<string>? Words = null,
        [Description("Many points.")] ImmutableArray<Point>? Points = null,
        [Description("Words by name.")] IReadOnlyDictionary<string, string>? Headers = null,
        [Description("A key."), Secret] string? Key = null,
        [Description("Whether.")] bool Flag = true,
        [Description("A moment.")] DateTimeOffset? Moment = null);

    public sealed record Output(
        [Description("The input again."), Main] Input Echo,
        [Description("Nothing.")] string? Nothing);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new Output(input, null));
}
