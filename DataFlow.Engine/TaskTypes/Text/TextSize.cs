using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>Measures a text.</summary>
[TaskType("Text.Size", "Measures a text in characters, words, lines and bytes.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "size", "type": "Text.Size", "input": { "text": "To be, or not to be" } }""")]
internal sealed class TextSize : TaskType<TextSize.Input, TextSize.Output>
{
    public sealed record Input([Description("The text to measure."), Example("To be, or not to be")] string Text);

    public sealed record Output(
        [Description("Characters as a reader counts them: é, a flag or a family emoji is one, and so is a line break."), Main] int Size,
        [Description("Words: stretches of text between white space.")] int Words,
        [Description("Lines: 0 for an empty text; a line break at the very end begins no further line.")] int Lines,
        [Description("Bytes when the text is written as UTF-8.")] int Bytes);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) =>
        new(new Output(TextElements.Count(input.Text), Words(input.Text), Lines(input.Text), Encoding.UTF8.GetByteCount(input.Text)));

    private static int Words(string text)
    {
        var words = 0;
        var inWord = false;
        foreach (var c in text)
        {
            var isSpace = char.IsWhiteSpace(c);
            if (!isSpace && !inWord) words++;
            inWord = !isSpace;
        }
        return words;
    }

    private static int Lines(string text)
    {
        if (text.Length == 0) return 0;
        var lines = 0;
        foreach (var _ in text.AsSpan().EnumerateLines()) lines++;
        return text[^1] is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029' or '\f' ? lines - 1 : lines;
    }
}
