using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>
/// Fills a template that is itself data: an input, a downloaded text. What a workflow's own expressions give is never evaluated again, so they cannot do this.
/// </summary>
[TaskType("Text.Template", "Fills the placeholders {name} of a text that is itself data, such as an input of the workflow.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "letter", "type": "Text.Template", "input": { "template": "Dear {customer.name}, your order {order} has left.", "values": { "customer": { "name": "Ada" }, "order": 1815 } } }""")]
internal sealed partial class TextTemplate : TaskType<TextTemplate.Input, TextTemplate.Output>
{
    // A short template can name a long value often.
    private const int LongestText = 5_000_000;

    public sealed record Input(
        [Description("The text. {name} and {name.member} stand for values; \\{ is a brace; any other brace is itself."), Example("Dear {customer.name}, your order {order} has left.")] string Template,
        [Description("The values by name. Texts are put in as they are, everything else as JSON. A value that is missing or null fails the task with missing_value."), Example("""{ "customer": { "name": "Ada" }, "order": 1815 }""")]
        IReadOnlyDictionary<string, JsonElement> Values);

    public sealed record Output([Description("The filled text; at most 5,000,000 characters, more fails the task with text_too_long."), Main] string Text);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new Output(Fill(input, cancellationToken)));

    private static string Fill(Input input, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(input.Template.Length);
        var end = 0;
        foreach (var match in Placeholder().EnumerateMatches(input.Template))
        {
            cancellationToken.ThrowIfCancellationRequested();
            text.Append(input.Template, end, match.Index - end);
            end = match.Index + match.Length;
            var found = input.Template.AsSpan(match.Index, match.Length);
            text.Append(found[0] == '\\' ? "{" : Value(found[1..^1].ToString(), input.Values));
            if (text.Length > LongestText) throw TooLong();
        }
        text.Append(input.Template, end, input.Template.Length - end);
        return text.Length <= LongestText ? text.ToString() : throw TooLong();
    }

    private static string Value(string path, IReadOnlyDictionary<string, JsonElement> values)
    {
        var names = path.Split('.');
        var found = values.TryGetValue(names[0], out var value);
        foreach (var name in names.AsSpan(1))
            found = found && value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out value);
        return found && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()
            : throw new TaskFailedException(new("missing_value", $"The template asks for '{path}', which is not among the values.{DidYouMean(names, values)}"));
    }

    private static string DidYouMean(string[] names, IReadOnlyDictionary<string, JsonElement> values) =>
        !values.ContainsKey(names[0]) && NearestName.Find(names[0], values.Keys) is { } near ? $" Did you mean '{near}'?" : "";

    private static TaskFailedException TooLong() => new(new("text_too_long", $"The filled template is longer than {LongestText:N0} characters."));

    [GeneratedRegex(@"\\\{|\{[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
