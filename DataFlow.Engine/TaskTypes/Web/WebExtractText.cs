using System.ComponentModel;

namespace DataFlow.Engine.TaskTypes.Web;

/// <summary>Extracts what a page is about as plain text, without menus, advertisements and markup. Works on the page alone: nothing is loaded, no script runs.</summary>
[TaskType("Web.ExtractText", "Extracts the main text of a web page, or all of its text.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "extract_text", "type": "Web.ExtractText", "input": { "html_content": "<h1>Tea</h1><p>Pour hot water over the leaves.</p>" } }""")]
public sealed class WebExtractText : TaskType<WebExtractText.Input, WebExtractText.Output>
{
    /// <summary>How much of the page.</summary>
    public enum Extent
    {
        /// <summary>What the page is about.</summary>
        Main,

        /// <summary>Everything that can be seen.</summary>
        Full,
    }

    /// <summary>The page.</summary>
    public sealed record Input(
        [Description("The HTML of the page."), Example("<h1>Tea</h1><p>Pour hot water over the leaves.</p>")] string HtmlContent,
        [Description("With main, menus, headers, footers and the like are left out; with full, everything that can be seen is kept.")] Extent Mode = Extent.Main,
        [Description("Where the page came from, which helps to tell its own links from others."), Example("https://example.com/tea")] Uri? BaseUrl = null);

    /// <summary>Its text.</summary>
    public sealed record Output(
        [Description("The text: paragraphs are separated by blank lines, list items begin with - or a number, cells of a table are separated by |."), Main] string Text,
        [Description("The page's title; empty when it has none.")] string Title,
        [Description("What the page says of itself in a sentence, or its first paragraph.")] string? Excerpt,
        [Description("The language the page says it is in, such as en.")] string? Language,
        [Description("Who wrote it, when the page says so.")] string? Byline,
        [Description("Characters of text.")] int Length);

    /// <inheritdoc/>
    protected override async ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        // A page of 10 MB takes seconds; the caller's thread has other executions to serve.
        var content = await Task.Run(
            () => input.Mode == Extent.Full
                ? PageContent.Full(input.HtmlContent, cancellationToken)
                : PageContent.Main(input.HtmlContent, input.BaseUrl, cancellationToken),
            cancellationToken);
        if (content.Text.Length > 0) context.Log(TaskLogLevel.Information, $"Extracted {content.Text.Length:N0} characters of text from {input.HtmlContent.Length:N0} characters of HTML.");
        return content.Text.Length > 0
            ? new(content.Text, content.Title, content.Excerpt, content.Language, content.Byline, content.Text.Length)
            : throw new TaskFailedException(new("no_text", "The page has no text: it may be made by a script in the browser, or hold pictures alone."));
    }
}
