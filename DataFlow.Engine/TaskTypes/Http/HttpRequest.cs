using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataFlow.Engine.TaskTypes.Http;

/// <summary>Sends an HTTP request. Methods that change something carry an idempotency key that is the same for every attempt.</summary>
[TaskType("Http.Request", "Sends an HTTP request and gives the reply's status, headers and body.", Repeat = TaskRepeat.Idempotent)]
[TaskExample("""{ "ref": "create_order", "type": "Http.Request", "input": { "method": "POST", "url": "https://example.com/orders", "body": { "item": "tea", "count": 2 } } }""")]
public sealed class HttpRequest : TaskType<HttpRequest.Input, HttpRequest.Output>
{
    /// <summary>The methods.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1708", Justification = "Written on the wire as HTTP writes them.")]
    public enum Verb
    {
        /// <summary>GET</summary>
        [JsonStringEnumMemberName("GET")]
        Get,

        /// <summary>HEAD</summary>
        [JsonStringEnumMemberName("HEAD")]
        Head,

        /// <summary>POST</summary>
        [JsonStringEnumMemberName("POST")]
        Post,

        /// <summary>PUT</summary>
        [JsonStringEnumMemberName("PUT")]
        Put,

        /// <summary>PATCH</summary>
        [JsonStringEnumMemberName("PATCH")]
        Patch,

        /// <summary>DELETE</summary>
        [JsonStringEnumMemberName("DELETE")]
        Delete,

        /// <summary>OPTIONS</summary>
        [JsonStringEnumMemberName("OPTIONS")]
        Options,
    }

    /// <summary>What to send.</summary>
    public sealed record Input(
        [Description("Where to send it, http or https."), Example("https://example.com/orders")] Uri Url,
        [Description("The method.")] Verb Method = Verb.Get,
        [Description("Header fields by name. A request that changes something also gets `Idempotency-Key: {execution_id}.{ref}`, the same for every attempt, unless one is given here."), Secret] IReadOnlyDictionary<string, string>? Headers = null,
        [Description("Query parameters by name, added to those of the URL; an array gives its name once for each item.")] IReadOnlyDictionary<string, JsonElement>? Query = null,
        [Description("The body: a text is sent as it is, anything else as JSON, or as a form when the Content-Type header says application/x-www-form-urlencoded.")] JsonElement? Body = null,
        [Description("Seconds until the whole reply must be there."), Range(1, 300)] int TimeoutSeconds = 30,
        [Description("Whether a status other than 2xx fails the task.")] bool FailOnStatus = true);

    /// <summary>What came back.</summary>
    public sealed record Output(
        [Description("The status, such as 200.")] int StatusCode,
        [Description("Header fields by lower-case name; several of one name are joined with commas.")] IReadOnlyDictionary<string, string> Headers,
        [Description("The body read as JSON; null when it is not JSON."), Main] JsonElement? Body,
        [Description("The body as text, whatever its type; empty when it is not text.")] string Text);

    private static readonly MediaTypeHeaderValue Json = new(MediaTypeNames.Application.Json);

    /// <inheritdoc/>
    protected override async ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        using var request = HttpExchange.Request(Method(input.Method), Address(input), input.Headers, Content(input), TimeSpan.FromSeconds(input.TimeoutSeconds), maxBytes: null);
        // Whoever takes the key can tell a repetition after a crash from a second order.
        if (input.Method is not (Verb.Get or Verb.Head or Verb.Options) && !request.Headers.Contains("Idempotency-Key")) request.Headers.TryAddWithoutValidation("Idempotency-Key", context.IdempotencyKey);

        using var response = await ReplyBody.SendAsync(context, request, cancellationToken);
        if (input.FailOnStatus && HttpExchange.Failure(response, context.Clock) is { } failure)
            throw new TaskFailedException(failure with { Message = failure.Message + " Set fail_on_status to false to go on with any status and its body." });

        var bytes = await ReplyBody.ReadAsync(context, response, cancellationToken);
        var contentType = ContentKind.Of(response.Content.Headers);
        var isText = contentType.IsText(bytes);
        if (!isText) context.Log(TaskLogLevel.Warning, $"The body is {(contentType.MediaType.Length > 0 ? contentType.MediaType : "binary data")}, {bytes.Length:N0} bytes, and no text: body and text are left empty.");
        var text = isText ? Charset.Decode(bytes, contentType.Charset, contentType.IsHtml) : "";
        var body = contentType.IsJson ? Parsed(text) : null;
        if (contentType.IsJson && body is null && bytes.Length > 0) context.Log(TaskLogLevel.Warning, $"The body says it is {contentType.MediaType} but is no JSON: body is null, text has it as it came.");
        return new((int)response.StatusCode, Headers(response), body, text);
    }

    private static Uri Address(Input input)
    {
        if (input.Query is not { Count: > 0 } query) return input.Url;
        var (head, fragment) = input.Url.OriginalString.Split('#', 2) is [var before, var after] ? (before, "#" + after) : (input.Url.OriginalString, "");
        var pairs = query.SelectMany(member => (member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToArray() : [member.Value]).Select(value => (member.Key, Value: Scalar(value))))
            .Where(pair => pair.Value is not null)
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value!)}");
        var separator = head.Contains('?', StringComparison.Ordinal) ? head[^1] is '?' or '&' ? "" : "&" : "?";
        return new($"{head}{separator}{string.Join('&', pairs)}{fragment}", UriKind.RelativeOrAbsolute);
    }

    private static HttpContent? Content(Input input)
    {
        if (input.Body is not { } body || body.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return null;
        var type = input.Headers?.FirstOrDefault(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (body.ValueKind == JsonValueKind.String) return new StringContent(body.GetString()!, Encoding.UTF8);
        if (type?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true && body.ValueKind == JsonValueKind.Object)
            return new FormUrlEncodedContent(body.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Scalar(member.Value))));
        return new ByteArrayContent(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(body).ToArray()) { Headers = { ContentType = Json } };
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static HttpMethod Method(Verb verb) => verb switch
    {
        Verb.Head => HttpMethod.Head,
        Verb.Post => HttpMethod.Post,
        Verb.Put => HttpMethod.Put,
        Verb.Patch => HttpMethod.Patch,
        Verb.Delete => HttpMethod.Delete,
        Verb.Options => HttpMethod.Options,
        _ => HttpMethod.Get,
    };

    private static Dictionary<string, string> Headers(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers)
            .GroupBy(header => header.Key.ToLowerInvariant(), header => header.Value)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.SelectMany(values => values)));

    private static JsonElement? Parsed(string text)
    {
        try
        {
            return JsonElement.Parse(text, EngineJson.DocumentOptions);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
