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
        var surroundings = Surrounding(document).ToHashSet<IElement>(ReferenceEqualityComparer.Instance);
        var rest = Body(document, surroundings.Contains, cancellationToken);
        if (rest.Length == 0) return Described(document, Body(document, null, cancellationToken), article: null);
        if (extent.Elements > ReadableElements || extent.Depth > ReadableDepth || html.Length > ReadableLength) return Described(document, rest, article: null);

        // Readability takes the document apart, so it gets one of its own.
        var article = Read(HtmlPage.Parse(html, cancellationToken), url, cancellationToken, out var found);
        return Described(document, Best(document, surroundings, found, rest, cancellationToken), article);
    }

    /// <summary>
    /// Readability finds well where the article is, and loses parts of it: short sections, tables, headings that repeat the title. So what it found is used to find
    /// the element that holds it all, unless that holds much else as well.
    /// </summary>
    private static string Best(IHtmlDocument document, HashSet<IElement> surroundings, string found, string rest, CancellationToken cancellationToken)
    {
        if (found.Length < 250) return rest;
        if (Holder(document, found, cancellationToken) is { } holder && HtmlText.Of(holder, surroundings.Contains, cancellationToken) is var whole && whole.Length >= found.Length && whole.Length <= 1.5 * found.Length)
            return whole;
        // Guessing which part is the article goes wrong in one way that hurts: a manual's chapters are taken for decoration. Lists of links are decoration.
        var words = Body(document, element => (element.LocalName == "a" && element.HasAttribute("href")) || surroundings.Contains(element), cancellationToken).Length;
        return found.Length >= 0.85 * words ? found : rest;
    }

    private static IElement? Holder(IHtmlDocument document, string found, CancellationToken cancellationToken)
    {
        var lines = found.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        IElement? holder = null;
        foreach (var paragraph in document.QuerySelectorAll("p").Where(paragraph => lines.Contains(HtmlText.Of(paragraph, null, cancellationToken))))
        {
            holder ??= paragraph.ParentElement;
            while (holder is not null && !holder.Contains(paragraph)) holder = holder.ParentElement;
        }
        return holder;
    }

    private static IEnumerable<IElement> Surrounding(IHtmlDocument document) =>
        document.QuerySelectorAll(Surroundings).Where(element => element.QuerySelector("main, article, [role=main]") is null);

    private static Article Read(IHtmlDocument document, Uri? url, CancellationToken cancellationToken, out string text)
    {
        var found = "";
        text = "";
        var address = url is { IsAbsoluteUri: true, Scheme: "http" or "https" } ? url.AbsoluteUri : "https://page.invalid/";
        using var reader = new Reader(address, document) { ContinueIfNotReadable = false, LoggerDelegate = _ => { } };
        foreach (var element in Surrounding(document).ToList()) element.Remove();
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
            Line(root.GetAttribute("lang") ?? root.GetAttribute("xml:lang") ?? article?.Language), WithoutBy(Line(document.QuerySelector("meta[name=author i]")?.GetAttribute("content")) ?? Line(article?.Byline ?? article?.Author)));
    }

    private static string? FirstParagraph(string text) =>
        text.Split("\n\n").Where(paragraph => paragraph.Length >= 60 && !paragraph.Contains('\n', StringComparison.Ordinal) && char.IsLetter(paragraph[0]))
            .FirstOrDefault(paragraph => paragraph[^1] is '.' or '!' or '?' or '。' || paragraph.Contains(". ", StringComparison.Ordinal));

    private static string? WithoutBy(string? text) => text is not null && text.StartsWith("by ", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;

    private static string? Shortened(string? text) => text is { Length: > LongestExcerpt } ? string.Concat(text.AsSpan(0, text.LastIndexOf(' ', LongestExcerpt) is > 0 and var space ? space : LongestExcerpt), "…") : text;

    private static string? Line(string? text) => Whitespace().Replace(text ?? "", " ").Trim() is { Length: > 0 } line ? line : null;

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Whitespace();
}
