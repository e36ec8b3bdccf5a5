using System.ComponentModel;
using System.Globalization;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>Reverses a text.</summary>
[TaskType("Text.Reverse", "Reverses a text; what a reader sees as one character (é, a flag, a family emoji) stays whole.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "reversed", "type": "Text.Reverse", "input": { "text": "stressed" } }""")]
internal sealed class TextReverse : TaskType<TextReverse.Input, TextReverse.Output>
{
    public sealed record Input([Description("The text to reverse."), Example("stressed")] string Text);

    public sealed record Output([Description("The reversed text."), Main] string Text);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new Output(Reverse(input.Text)));

    private static string Reverse(string text) => string.Create(text.Length, text, static (reversed, text) =>
    {
        var rest = text.AsSpan();
        var end = reversed.Length;
        while (rest.Length > 0)
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            rest[..length].CopyTo(reversed[(end - length)..]);
            end -= length;
            rest = rest[length..];
        }
    });
}
