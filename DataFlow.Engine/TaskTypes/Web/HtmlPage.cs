using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace DataFlow.Engine.TaskTypes.Web;

/// <summary>Reads HTML that may have been written to hurt the reader: bounded in length, depth and number of elements, so in time and memory.</summary>
internal static class HtmlPage
{
    /// <summary>Longest page, in characters. What a download may be by default.</summary>
    public const int MaxLength = 10_000_000;

    /// <summary>Most elements. The longest honest pages (a whole specification on one) have about 200,000.</summary>
    public const int MaxElements = 250_000;

    /// <summary>Deepest nesting. Browsers stop at 512, honest pages at 100; the parser's time grows with the square of what lies deeper.</summary>
    public const int MaxDepth = 300;

    /// <summary>The document.</summary>
    /// <exception cref="TaskFailedException"><c>html_too_large</c> or <c>html_too_deep</c>.</exception>
    public static IHtmlDocument Parse(string html, CancellationToken cancellationToken) => Parse(html, out _, cancellationToken);

    /// <summary>The document, and how large and deep it is.</summary>
    /// <exception cref="TaskFailedException"><c>html_too_large</c> or <c>html_too_deep</c>.</exception>
    public static IHtmlDocument Parse(string html, out HtmlExtent extent, CancellationToken cancellationToken)
    {
        if (html.Length > MaxLength) throw TooLarge($"longer than {MaxLength:#,0} characters");
        var census = new Census(cancellationToken);
        var document = new HtmlParser(new HtmlParserOptions { OnCreated = census.Created, SkipComments = true, SkipCDATA = false }).ParseDocument(html);
        extent = census.Finish();
        return document;
    }

    /// <summary>How many elements a document has, and how deep the deepest lies.</summary>
    public readonly record struct HtmlExtent(int Elements, int Depth);

    private static TaskFailedException TooLarge(string why) => new(new("html_too_large", $"The page is {why}; so much is not read. Extract from a smaller part of it."));

    /// <summary>
    /// Counts elements while the parser makes them. It tells only of those that tags ask for; when formatting is left open, it makes copies of it under
    /// every later block, and a page of a few kilobytes can ask for a billion. So each element's surroundings are looked at once the next one comes.
    /// </summary>
    private sealed class Census(CancellationToken cancellationToken)
    {
        private readonly Dictionary<IElement, int> depths = new(ReferenceEqualityComparer.Instance);
        private IElement? last;
        private int deepest;

        public void Created(IElement element, AngleSharp.Text.TextPosition position)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Count(last);
            last = element;
        }

        public HtmlExtent Finish()
        {
            Count(last);
            return new(depths.Count, deepest);
        }

        private void Count(IElement? element)
        {
            if (element is null) return;
            var depth = Depth(element);
            for (var copy = element.LastElementChild; copy is not null; copy = copy.LastElementChild) Note(copy, ++depth);
        }

        private int Depth(IElement element)
        {
            var unknown = new Stack<IElement>();
            var known = 0;
            for (var at = element; at is not null; at = at.ParentElement)
            {
                if (at != element && depths.TryGetValue(at, out known)) break;
                unknown.Push(at);
                if (unknown.Count > MaxDepth) throw TooDeep();
            }
            while (unknown.TryPop(out var at)) Note(at, ++known);
            return known;
        }

        private void Note(IElement element, int depth)
        {
            if (depth > MaxDepth) throw TooDeep();
            depths[element] = depth;
            deepest = Math.Max(deepest, depth);
            if (depths.Count > MaxElements) throw TooLarge($"made of more than {MaxElements:#,0} elements");
        }

        private static TaskFailedException TooDeep() => new(new("html_too_deep", $"The page nests elements deeper than {MaxDepth} levels, which no honest page does; it is not read."));
    }
}
