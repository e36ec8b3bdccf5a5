using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>Cuts a text to a length.</summary>
[TaskType("Text.Truncate", "Cuts a text to a length; the ellipsis counts, and no character is cut in two.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "short", "type": "Text.Truncate", "input": { "text": "The quick brown fox jumps over the lazy dog", "length": 20 } }""")]
internal sealed class TextTruncate : TaskType<TextTruncate.Input, TextTruncate.Output>
{
    public sealed record Input(
        [Description("The text to cut."), Example("The quick brown fox jumps over the lazy dog")] string Text,
        [Description("The most characters, as a reader counts them, that the result has."), Range(0, 10_000_000), Example("20")] int Length,
        [Description("What ends a text that was cut. It is cut itself when longer than the length."), Length(0, 100)] string Ellipsis = "…");

    public sealed record Output(
        [Description("The text, as it was when it is no longer than the length."), Main] string Text,
        [Description("Whether anything was cut.")] bool Truncated);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(Truncate(input));

    private static Output Truncate(Input input)
    {
        // A text of so few chars cannot have more characters.
        if (input.Text.Length <= input.Length || TextElements.Prefix(input.Text, input.Length) == input.Text.Length) return new(input.Text, Truncated: false);
        var ellipsis = input.Ellipsis.AsSpan(0, TextElements.Prefix(input.Ellipsis, input.Length));
        var kept = input.Text.AsSpan(0, TextElements.Prefix(input.Text, input.Length - TextElements.Count(ellipsis)));
        return new($"{kept}{ellipsis}", Truncated: true);
    }
}
