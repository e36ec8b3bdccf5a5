namespace DataFlow.Tests.Docs;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">The word behind the fence.</param>
/// <param name="Text">What is inside, without the fences.</param>
internal sealed record MarkdownBlock(string Language, string Text);

/// <summary>Reads the parts of a page that can be held to the program.</summary>
internal static class MarkdownBlocks
{
    private const string Fence = "```";

    public static IReadOnlyList<MarkdownBlock> Of(string page)
    {
        var blocks = new List<MarkdownBlock>();
        List<string>? inside = null;
        var language = "";
        foreach (var line in page.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal)) inside?.Add(line);
            else if (inside is null) (inside, language) = ([], line[Fence.Length..].Trim());
            else
            {
                blocks.Add(new MarkdownBlock(language, string.Join('\n', inside)));
                inside = null;
            }
        }
        Assert.Null(inside);
        return blocks;
    }

    /// <summary>The cells of the rows of all tables below the header of that first column, without the backquotes.</summary>
    public static IReadOnlyList<string[]> Rows(string page, string firstColumn)
    {
        var lines = page.ReplaceLineEndings("\n").Split('\n');
        var header = Array.FindIndex(lines, line => line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal));
        Assert.True(header >= 0, $"There is no table with {firstColumn}.");
        return [.. lines[(header + 2)..].TakeWhile(line => line.StartsWith('|')).Select(Cells)];
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Replace("\\|", "\0", StringComparison.Ordinal).Split('|').Select(cell => cell.Replace('\0', '|').Trim())];
}
