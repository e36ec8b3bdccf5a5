using System.Text.Json;

namespace DataFlow.Engine.TaskTypes.OpenAI;

/// <summary>What a chat model answered.</summary>
/// <param name="Text">Its text, trimmed.</param>
/// <param name="Model">The model that answered, as the server names it.</param>
/// <param name="FinishReason"><c>stop</c>, <c>length</c> …</param>
/// <param name="InputTokens"><c>null</c>: the server does not count.</param>
/// <param name="OutputTokens"><c>null</c>: the server does not count.</param>
internal sealed record ChatReply(string Text, string? Model, string? FinishReason, long? InputTokens, long? OutputTokens)
{
    /// <exception cref="TaskFailedException"><c>openai_bad_reply</c></exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ChatReply Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (Member(document.RootElement, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0) throw new TaskFailedException(OpenAIFailures.BadReply);
        var choice = choices[0];
        var message = Member(choice, "message");
        if (Written(message, "content") is not { } text || string.IsNullOrWhiteSpace(text))
        {
            throw new TaskFailedException(Written(message, "refusal") is { Length: > 0 } || Written(choice, "finish_reason") == "content_filter"
                ? new("openai_refused", "The model refused to summarise this text.")
                : Written(choice, "finish_reason") == "length"
                    ? new("openai_rejected", "The model spent all of max_tokens before it wrote a word. Raise parameters.max_tokens.")
                    : OpenAIFailures.BadReply);
        }
        var usage = Member(document.RootElement, "usage");
        return new(text.Trim(), Written(document.RootElement, "model"), Written(choice, "finish_reason"), Count(usage, "prompt_tokens"), Count(usage, "completion_tokens"));
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value : null;

    private static string? Written(JsonElement? element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static long? Count(JsonElement? element, string name) => Member(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var count) ? count : null;
}
