using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DataFlow.Engine.TaskTypes.Json;

/// <summary>Reads JSON text.</summary>
[TaskType("Json.Parse", "Reads a JSON text, so that expressions can reach into its value.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "parsed", "type": "Json.Parse", "input": { "text": "{ \"name\": \"Ada\", \"born\": 1815 }" } }""")]
internal sealed class JsonParse : TaskType<JsonParse.Input, JsonParse.Output>
{
    // The value stands one level deep in the output.
    private static readonly JsonDocumentOptions Options = EngineJson.DocumentOptions with { MaxDepth = EngineJson.MaxDepth - 1 };

    public sealed record Input([Description("The JSON text; a byte order mark is ignored. What is no JSON, nests deeper than 63 levels or names a member twice fails the task with invalid_json and the place."), Example("""{ "name": "Ada" }""")] string Text);

    public sealed record Output([Description("The value."), Main] JsonElement Value);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        var text = input.Text.StartsWith('\uFEFF') ? input.Text[1..] : input.Text;
        try
        {
            var value = JsonElement.Parse(text, Options);
            return Unusable(value) is { } reason ? throw Invalid($": {reason}") : new(new Output(value));
        }
        catch (JsonException exception)
        {
            throw Invalid($"{Place(text, exception)}: {Reason(exception)}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw Invalid(": a member's name holds half a surrogate pair.", exception);
        }
    }

    private static TaskFailedException Invalid(string why, Exception? inner = null) => new(new("invalid_json", $"The text is not JSON{why}"), inner);

    // JSON's grammar lets pass what no later task could read.
    private static string? Unusable(JsonElement value)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value), new JsonReaderOptions { MaxDepth = EngineJson.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && !double.IsFinite(reader.GetDouble())) return "a number is too large.";
            if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped && !IsText(ref reader)) return "a text holds half a surrogate pair.";
        }
        return null;
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // The parser counts lines from zero, and bytes where a person counts characters.
    private static string Place(string text, JsonException exception)
    {
        if (exception is not { LineNumber: { } line, BytePositionInLine: { } byteInLine }) return "";
        var rest = text.AsSpan();
        for (var skipped = 0L; skipped < line && rest.IndexOf('\n') is >= 0 and var end; skipped++) rest = rest[(end + 1)..];
        var bytes = Encoding.UTF8.GetBytes(rest[..(int)Math.Min(rest.Length, byteInLine)].ToArray());
        return $" at {line + 1}:{Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Min(bytes.Length, byteInLine)) + 1}";
    }

    private static string Reason(JsonException exception) =>
        exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? exception.Message[..end] : exception.Message;
}
