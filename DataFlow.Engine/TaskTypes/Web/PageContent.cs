using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using SmartReader;

namespace DataFlow.Engine.TaskTypes.Web;

/// <summary>A page's text and what it says about itself.</summary>
internal sealed partial record PageContent(string Text, string Title, string? Excerpt, string? Language, string? Byline)
{
    private const int LongestExcerpt = 300;

    // What surrounds content on nearly every site, by what it is or is called.
    private const string Surroundings =
        "nav, aside, footer, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary], [role=doc-pagefooter], " +
        "body > header, .navigation, .navbar, .navheader, .navfooter, .nav-panel, .sidebar, .breadcrumb, .breadcrumbs, .sphinxsidebar, .related, .skip-link, .cookie-banner, #navigation, #sidebar, #footer, #nav";

    /// <summary>All that can be seen.</summary>
    public static PageContent Full(string html, CancellationToken cancellationToken)
    {
        var document = HtmlPage.Parse(html, cancellationToken);
        return Described(document, Body(document, null, cancellationToken), article: null);
    }

    /// <summary>What the page is about: what readability finds, unless it finds too little of it.</summary>
    public static PageContent Main(string html, Uri? url, CancellationToken cancellationToken)
    {
        var document = HtmlPage.Parse(html, cancellationToken);
        var surroundings = document.QuerySelectorAll(Surroundings).Where(element => !HoldsThePage(element)).ToHashSet<IElement>(ReferenceEqualityComparer.Instance);
        var rest = Body(document, surroundings.Contains, cancellationToken);
        if (rest.Length == 0) rest = Body(document, null, cancellationToken);

        // Readability takes the document apart, so it gets one of its own.
        var article = Read(HtmlPage.Parse(html, cancellationToken), url, cancellationToken, out var main);
        return Described(document, IsEnough(main, rest) ? main : rest, article);
    }

    // Guessing which part is the article goes wrong in one way that hurts: a manual's chapters, an index or a table are taken for decoration.
    private static bool IsEnough(string main, string rest) => main.Length >= 250 && main.Length >= rest.Length * 0.5;

    private static bool HoldsThePage(IElement element) => element.QuerySelector("main, article, [role=main]") is not null;

    private static Article? Read(IHtmlDocument document, Uri? url, CancellationToken cancellationToken, out string text)
    {
        var found = "";
        text = "";
        var address = url is { IsAbsoluteUri: true, Scheme: "http" or "https" } ? url.AbsoluteUri : "https://page.invalid/";
        using var reader = new Reader(address, document) { ContinueIfNotReadable = false, MaxElemsToParse = HtmlPage.MaxElements, LoggerDelegate = _ => { } };
        reader.AddCustomOperationEnd(element => found = HtmlText.Of(element, null, cancellationToken));
        var article = reader.GetArticle();
        cancellationToken.ThrowIfCancellationRequested();
        if (article is { Completed: true, IsReadable: true }) text = found;
        return article;
    }

    private static string Body(IHtmlDocument document, Func<IElement, bool>? isLeftOut, CancellationToken cancellationToken) =>
        document.Body is { } body ? HtmlText.Of(body, isLeftOut, cancellationToken) : "";

    private static PageContent Described(IHtmlDocument document, string text, Article? article)
    {
        var title = Line(document.Title) ?? Line(document.QuerySelector("h1")?.TextContent) ?? "";
        var description = Line(document.QuerySelector("meta[name=description i]")?.GetAttribute("content")) ?? Line(document.QuerySelector("meta[property='og:description' i]")?.GetAttribute("content"));
        return new(text, title, Shortened(description ?? FirstParagraph(text)), Line(document.DocumentElement.GetAttribute("lang") ?? article?.Language), Line(article?.Byline ?? article?.Author));
    }

    private static string? FirstParagraph(string text) =>
        text.Split("\n\n").Select(Line).FirstOrDefault(paragraph => paragraph is { Length: >= 60 } && paragraph.Contains(". ", StringComparison.Ordinal) | paragraph.EndsWith('.'));

    private static string? Shortened(string? text) => text is { Length: > LongestExcerpt } ? string.Concat(text.AsSpan(0, text.LastIndexOf(' ', LongestExcerpt) is > 0 and var space ? space : LongestExcerpt), "…") : text;

    private static string? Line(string? text) => Whitespace().Replace(text ?? "", " ").Trim() is { Length: > 0 } line ? line : null;

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Whitespace();
}
