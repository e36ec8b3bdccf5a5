using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace DataFlow.Engine.TaskTypes.Web;

/// <summary>Writes a page as a person would type it: paragraphs, lists, tables and code as plain text.</summary>
internal sealed class HtmlText
{
    private static readonly FrozenSet<string> Unseen = new[]
    {
        "applet", "area", "audio", "button", "canvas", "datalist", "dialog", "embed", "frame", "frameset", "head", "iframe", "input", "link", "map", "meta", "meter",
        "noembed", "noframes", "noscript", "object", "optgroup", "option", "progress", "script", "select", "style", "svg", "template", "textarea", "title", "video",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Blocks = new[]
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search",
        "section", "summary", "table", "ul",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Set off by a blank line; the other blocks just begin a line.
    private static readonly FrozenSet<string> Spaced = new[]
    {
        "address", "article", "blockquote", "details", "dl", "fieldset", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre",
        "section", "table", "ul", "menu", "dir", "form", "aside",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly StringBuilder text = new();
    private readonly Func<IElement, bool> isLeftOut;
    private readonly CancellationToken cancellationToken;
    private int newlines = 2;
    private bool space;
    private string indent = "";
    private int lists;
    private int markStart;
    private int markEnd = -1;

    private HtmlText(Func<IElement, bool> isLeftOut, CancellationToken cancellationToken) => (this.isLeftOut, this.cancellationToken) = (isLeftOut, cancellationToken);

    /// <summary>The text of an element and all below it.</summary>
    public static string Of(IElement element, Func<IElement, bool>? isLeftOut, CancellationToken cancellationToken)
    {
        var writer = new HtmlText(isLeftOut ?? (_ => false), cancellationToken);
        writer.Write(element);
        return writer.text.ToString().Trim('\n', ' ');
    }

    /// <summary>Whether a page says that nobody is to see it.</summary>
    public static bool IsHidden(IElement element)
    {
        if (element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true") return true;
        if (element.GetAttribute("style") is not { Length: > 0 } style) return false;
        style = style.Replace(" ", "", StringComparison.Ordinal);
        return style.Contains("display:none", StringComparison.OrdinalIgnoreCase) || style.Contains("visibility:hidden", StringComparison.OrdinalIgnoreCase);
    }

    private void Children(INode parent)
    {
        foreach (var child in parent.ChildNodes)
        {
            if (child is IText { Data: var data }) Flow(data);
            else if (child is IElement element) Write(element);
        }
    }

    private void Write(IElement element)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = element.LocalName;
        if (Unseen.Contains(name) || IsHidden(element) || IsPermalink(element) || isLeftOut(element)) return;
        switch (name)
        {
            case "br":
                Break(1);
                return;
            case "wbr":
                return;
            case "q":
                Flow("“");
                Children(element);
                Flow("”");
                return;
            case "pre" or "listing" or "xmp" or "plaintext":
                var code = PlainText(element);
                if (IsLineNumbers(code)) return;
                Break(2);
                Verbatim(code);
                Break(2);
                return;
            case "ul" or "ol" or "menu" or "dir":
                List(element, ordered: name == "ol");
                return;
            case "dd":
                Break(1);
                Indented("  ", () => Children(element));
                Break(1);
                return;
            case "table":
                Break(2);
                Table(element);
                Break(2);
                return;
        }
        var isBlock = Blocks.Contains(name);
        if (isBlock) Break(Spaced.Contains(name) ? 2 : 1);
        Children(element);
        if (isBlock) Break(Spaced.Contains(name) ? 2 : 1);
    }

    // Generators of documentation hang a mark on every heading to copy its address from.
    private static bool IsPermalink(IElement element) =>
        element.LocalName == "a" && (element.ClassList.Contains("headerlink") || (element.ChildNodes is [IText only] && only.Data.Trim() is "¶" or "#" or "§" or "🔗"));

    // Highlighters of code put the numbers of its lines beside it.
    private static bool IsLineNumbers(string code) => code.Contains('\n', StringComparison.Ordinal) && code.All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c));

    private void List(IElement list, bool ordered)
    {
        // A list inside an item goes on in its lines.
        Break(lists == 0 ? 2 : 1);
        lists++;
        var number = int.TryParse(list.GetAttribute("start"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start) ? start : 1;
        foreach (var child in list.ChildNodes)
        {
            if (child is not IElement { LocalName: "li" } item)
            {
                if (child is IText { Data: var data }) Flow(data);
                else if (child is IElement other) Write(other);
                continue;
            }
            if (Unseen.Contains(item.LocalName) || IsHidden(item) || isLeftOut(item)) continue;
            if (ordered && int.TryParse(item.GetAttribute("value"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) number = value;
            // An item that begins with a list of its own would give marks without a word between them.
            if (text.Length == markEnd) Undo(markStart);
            Break(1);
            var (start0, mark) = (text.Length, ordered ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ");
            Append(mark);
            var end = text.Length;
            (markStart, markEnd, newlines, space) = (start0, end, 2, false);
            Indented("  ", () => Children(item));
            if (text.Length == end && markEnd == end) Undo(start0);
            markEnd = -1;
            Break(1);
        }
        lists--;
        Break(lists == 0 ? 2 : 1);
    }

    private void Table(IElement table)
    {
        foreach (var row in Rows(table))
        {
            if (row.LocalName == "caption")
            {
                Write(row);
                continue;
            }
            var cells = row.Children.Where(cell => cell.LocalName is "td" or "th" && !IsHidden(cell) && !isLeftOut(cell)).ToList();
            // Tables that lay out a page have blocks in their cells, tables of data have phrases.
            List<string> phrases = cells.Count == 1 || cells.Any(HasBlocks) ? [] : [.. cells.Select(cell => Of(cell, isLeftOut, cancellationToken))];
            if (phrases.Count == 0 || phrases.Any(phrase => phrase.Contains('\n', StringComparison.Ordinal)))
            {
                foreach (var cell in cells)
                {
                    Break(1);
                    Children(cell);
                }
                Break(1);
                continue;
            }
            Break(1);
            Append(string.Join(" | ", phrases).Trim(' ', '|'));
            Break(1);
        }
    }

    // Not those of one paragraph: whether a cell has more than that shows once it is written.
    private static bool HasBlocks(IElement cell) => cell.Descendants<IElement>().Any(inner => inner.LocalName is "table" or "ul" or "ol" or "dl" or "pre" or "h1" or "h2" or "h3" or "h4" or "blockquote");

    private static IEnumerable<IElement> Rows(IElement table) =>
        table.Children.SelectMany(child => child.LocalName is "thead" or "tbody" or "tfoot" ? child.Children : (IEnumerable<IElement>)[child]);

    private static string PlainText(IElement pre)
    {
        var plain = new StringBuilder();
        Add(pre);
        return plain.ToString();

        void Add(INode node)
        {
            foreach (var child in node.ChildNodes)
            {
                if (child is IText { Data: var data }) plain.Append(data);
                else if (child is IElement { LocalName: "br" }) plain.Append('\n');
                else if (child is IElement inner && !Unseen.Contains(inner.LocalName) && !IsPermalink(inner) && !IsHidden(inner)) Add(inner);
            }
        }
    }

    private void Verbatim(string code)
    {
        foreach (var line in code.ReplaceLineEndings("\n").Trim('\n').Split('\n'))
        {
            Append(string.Concat(line.TrimEnd().Where(c => !IsUnseen(c) || c == '\t').Select(c => c == '\u00A0' ? ' ' : c)));
            Break(1);
            // Blank lines inside code stay.
            if (line.Length == 0 || string.IsNullOrWhiteSpace(line)) Break(Math.Min(newlines + 1, 2));
        }
    }

    private void Flow(string data)
    {
        foreach (var c in data)
        {
            if (c is ' ' or '\n' or '\t' or '\r' or '\f' or '\u00A0' or '\u2028' or '\u2029') space = true;
            else if (!IsUnseen(c))
            {
                if (space && newlines == 0) text.Append(' ');
                if (newlines > 0 && text.Length > 0 && text[^1] == '\n') text.Append(indent);
                text.Append(c);
                (space, newlines) = (false, 0);
            }
        }
    }

    // Soft hyphens and marks of no width: they would split words for whoever searches the text.
    private static bool IsUnseen(char c) => c is '\u00AD' or '\u200B' or '\u2060' or '\uFEFF' || char.IsControl(c);

    private void Append(string line)
    {
        if (line.Length == 0) return;
        if (text.Length > 0 && text[^1] == '\n') text.Append(indent);
        text.Append(line);
        (space, newlines) = (false, 0);
    }

    private void Break(int count)
    {
        space = false;
        if (text.Length == 0) return;
        while (newlines < count)
        {
            text.Append('\n');
            newlines++;
        }
    }

    private void Undo(int length)
    {
        text.Length = length;
        newlines = length == 0 || text[^1] != '\n' ? 0 : length > 1 && text[^2] == '\n' ? 2 : 1;
        if (length == 0) newlines = 2;
    }

    private void Indented(string by, Action write)
    {
        var before = indent;
        // Deep nesting must not push the text off to the right for ever.
        if (indent.Length < 16) indent += by;
        write();
        indent = before;
    }
}
