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
        "body > header, .navigation, .navbar, .navheader, .navfooter, .nav-panel, .sidebar, .breadcrumb, .breadcrumbs, .sphinxsidebar, .related, .skip-link, .cookie-banner, " +
        "#navigation, #sidebar, #footer, #nav, #comments, .comments";

    // Readability's time grows with the square of the elements, and with text times depth: a page of 20,000 elements takes it ten seconds.
    private const int ReadableElements = 4_000;
    private const int ReadableDepth = 60;
    private const int ReadableLength = 1_000_000;

    /// <summary>All that can be seen.</summary>
    public static PageContent Full(string html, CancellationToken cancellationToken)
    {
        var document = HtmlPage.Parse(html, cancellationToken);
        return Described(document, Body(document, null, cancellationToken), article: null);
    }

    /// <summary>What the page is about: what readability finds, unless it finds too little of it; else all but what surrounds it.</summary>
    public static PageContent Main(string html, Uri? url, CancellationToken cancellationToken)
    {
        var document = HtmlPage.Parse(html, out var extent, cancellationToken);
        var surroundings = document.QuerySelectorAll(Surroundings).Where(element => !HoldsThePage(element)).ToHashSet<IElement>(ReferenceEqualityComparer.Instance);
        var rest = Body(document, surroundings.Contains, cancellationToken);
        if (rest.Length == 0) return Described(document, Body(document, null, cancellationToken), article: null);
        if (extent.Elements > ReadableElements || extent.Depth > ReadableDepth || html.Length > ReadableLength) return Described(document, rest, article: null);

        // Readability takes the document apart, so it gets one of its own.
        var article = Read(HtmlPage.Parse(html, cancellationToken), url, cancellationToken, out var main);
        return Described(document, IsEnough(main, document, surroundings, cancellationToken) ? main : rest, article);
    }

    // Guessing which part is the article goes wrong in one way that hurts: a manual's chapters or tables are taken for decoration.
    // Lists of links are decoration, so only the words outside links are compared.
    private static bool IsEnough(string main, IHtmlDocument document, HashSet<IElement> surroundings, CancellationToken cancellationToken) =>
        main.Length >= 250 && main.Length >= 0.85 * Body(document, element => (element.LocalName == "a" && element.HasAttribute("href")) || surroundings.Contains(element), cancellationToken).Length;

    private static bool HoldsThePage(IElement element) => element.QuerySelector("main, article, [role=main]") is not null;

    private static Article Read(IHtmlDocument document, Uri? url, CancellationToken cancellationToken, out string text)
    {
        var found = "";
        text = "";
        var address = url is { IsAbsoluteUri: true, Scheme: "http" or "https" } ? url.AbsoluteUri : "https://page.invalid/";
        using var reader = new Reader(address, document) { ContinueIfNotReadable = false, LoggerDelegate = _ => { } };
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
        // Generators repeat the title there.
        if (description is not null && title.Contains(description, StringComparison.OrdinalIgnoreCase)) description = null;
        var root = document.DocumentElement;
        return new(
            text, title, Shortened(description ?? FirstParagraph(text)),
            Line(root.GetAttribute("lang") ?? root.GetAttribute("xml:lang") ?? article?.Language), Line(article?.Byline ?? article?.Author));
    }

    private static string? FirstParagraph(string text) =>
        text.Split("\n\n").Where(paragraph => paragraph.Length >= 60 && !paragraph.Contains('\n', StringComparison.Ordinal) && char.IsLetter(paragraph[0]))
            .FirstOrDefault(paragraph => paragraph[^1] is '.' or '!' or '?' or '。' || paragraph.Contains(". ", StringComparison.Ordinal));

    private static string? Shortened(string? text) => text is { Length: > LongestExcerpt } ? string.Concat(text.AsSpan(0, text.LastIndexOf(' ', LongestExcerpt) is > 0 and var space ? space : LongestExcerpt), "…") : text;

    private static string? Line(string? text) => Whitespace().Replace(text ?? "", " ").Trim() is { Length: > 0 } line ? line : null;

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Whitespace();
}
