using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using DataFlow.Engine.TaskTypes.Http;

namespace DataFlow.Engine.TaskTypes.Web;

/// <summary>Downloads a web page. Safe to repeat.</summary>
[TaskType("Web.Download", "Downloads a web page by its URL.", Repeat = TaskRepeat.Idempotent)]
[TaskExample("""{ "ref": "download_webpage", "type": "Web.Download", "input": { "url": "{{input.webpage_url}}" } }""")]
public sealed class WebDownload : TaskType<WebDownload.Input, WebDownload.Output>
{
    /// <summary>What to download.</summary>
    public sealed record Input(
        [Description("The URL of the page, http or https."), Example("https://example.com")] Uri Url,
        [Description("Seconds until the whole page must be there."), Range(1, 300)] int TimeoutSeconds = 30,
        [Description("The Accept header; pages are asked for when it is left out.")] string? Accept = null,
        [Description("Further header fields by name."), Secret] IReadOnlyDictionary<string, string>? Headers = null,
        [Description("Largest page in bytes, after decompression; the operator's limit holds as well."), Range(1, 1_000_000_000)] long? MaxBytes = null);

    /// <summary>The page.</summary>
    public sealed record Output(
        [Description("The page as text."), Main] string HtmlContent,
        [Description("The status, such as 200.")] int StatusCode,
        [Description("The media type the server gave, such as text/html; empty when it gave none.")] string ContentType,
        [Description("The URL after redirects.")] string FinalUrl,
        [Description("Its size in bytes, after decompression.")] long Size);

    /// <inheritdoc/>
    protected override async ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        using var request = HttpExchange.Request(HttpMethod.Get, input.Url, input.Headers, content: null, TimeSpan.FromSeconds(input.TimeoutSeconds), input.MaxBytes);
        if (input.Accept is not null || !request.Headers.Contains("Accept")) request.Set("Accept", input.Accept ?? "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

        using var response = await ReplyBody.SendAsync(context, request, cancellationToken);
        if (HttpExchange.Failure(response, context.Clock) is { } failure) throw new TaskFailedException(failure);

        var bytes = await ReplyBody.ReadAsync(context, response, cancellationToken);
        var kind = ContentKind.Of(response.Content.Headers);
        if (!kind.IsText(bytes))
            throw new TaskFailedException(new("not_text", $"The URL leads to {(kind.MediaType.Length > 0 ? kind.MediaType : "binary data")}, not to a page of text."));
        context.Log(TaskLogLevel.Information, $"Downloaded {bytes.Length:N0} bytes{(kind.MediaType.Length > 0 ? $" of {kind.MediaType}" : "")}.");
        return new(Charset.Decode(bytes, kind.Charset, kind.IsHtml), (int)response.StatusCode, kind.MediaType, response.RequestMessage!.RequestUri!.AbsoluteUri, bytes.Length);
    }
}
