using System.ClientModel.Primitives;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.TaskTypes.OpenAI;

/// <summary>What a reply that is no answer means. Servers repeat keys in their messages, so every message is cleaned.</summary>
internal static partial class OpenAIFailures
{
    private const int LongestMessage = 300;

    public static TaskFailure BadReply { get; } = new("openai_bad_reply", "The model's server sent a reply that is broken, cut off or empty.", Retryable: true);

    /// <summary>The failure; <c>null</c> for 2xx.</summary>
    public static TaskFailure? Of(PipelineResponse response, string? key, TimeProvider clock)
    {
        if (response.Status is >= 200 and < 300) return null;
        var (code, message) = Error(response, key);
        return response.Status switch
        {
            401 or 403 => new("openai_unauthorized", $"The key was refused ({response.Status}). Check the key in the X-OpenAI-Key header, OpenAI:ApiKey or OPENAI_API_KEY.{message}"),
            429 when code is "insufficient_quota" or "billing_hard_limit_reached" => new("openai_quota", $"The key's account has no credit left. Add credit, or use another key.{message}"),
            429 => new("openai_rate_limited", $"The model's server asks for fewer requests.{message}", Retryable: true, RetryAfter(response, clock)),
            408 or 409 or >= 500 => new("openai_unavailable", $"The model's server cannot answer now ({response.Status}).{message}", Retryable: true, RetryAfter(response, clock)),
            >= 300 and < 400 => new("openai_rejected", "The model's server redirects elsewhere, which is not followed. Check OpenAI:BaseUrl."),
            404 when message.Length == 0 => new("openai_rejected", "There is no chat endpoint or no such model (404). Check OpenAI:BaseUrl, which must end in its /v1, and the model's name."),
            _ => new("openai_rejected", $"The model's server refused the request ({response.Status}).{message}"),
        };
    }

    private static (string? Code, string Message) Error(PipelineResponse response, string? key)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content.ToMemory());
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("error", out var error)) return (null, "");
            // Some compatible servers answer { "error": "text" }.
            if (error.ValueKind == JsonValueKind.String) return (null, Says(error.GetString(), key));
            return error.ValueKind == JsonValueKind.Object ? (Text(error, "code") ?? Text(error, "type"), Says(Text(error, "message"), key)) : (null, "");
        }
        catch (JsonException)
        {
            return (null, "");
        }
    }

    private static string Says(string? message, string? key)
    {
        if (string.IsNullOrWhiteSpace(message)) return "";
        if (key is { Length: > 0 })
            foreach (var form in (string[])[key, Uri.EscapeDataString(key), Convert.ToBase64String(Encoding.UTF8.GetBytes(key))])
                message = message.Replace(form, "***", StringComparison.OrdinalIgnoreCase);
        message = KeyLike().Replace(message, "***");
        message = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        message = new([.. message.Where(c => !char.IsControl(c))]);
        return $" It says: {(message.Length > LongestMessage ? message[..LongestMessage] + "…" : message)}";
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static TimeSpan? RetryAfter(PipelineResponse response, TimeProvider clock)
    {
        TimeSpan? wait = null;
        if (response.Headers.TryGetValue("retry-after-ms", out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e9)
            wait = TimeSpan.FromMilliseconds(milliseconds);
        else if (response.Headers.TryGetValue("Retry-After", out text))
            wait = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6 ? TimeSpan.FromSeconds(seconds)
                : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - clock.GetUtcNow() : null;
        return wait is not { } asked || asked <= TimeSpan.Zero ? null : asked < TimeSpan.FromDays(1) ? asked : TimeSpan.FromDays(1);
    }

    // A key, whole or as services shorten it: sk-abc***xyz, or anything after "Bearer".
    [GeneratedRegex(@"\b(sk|pk|rk|sess)-[\w\-\*\.…]{4,}|(?<=bearer\s+)\S+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex KeyLike();
}
