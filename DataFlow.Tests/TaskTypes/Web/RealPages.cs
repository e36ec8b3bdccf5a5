using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes.Text;
using DataFlow.Engine.TaskTypes.Web;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.TaskTypes.Web;

/// <summary>Downloads, extracts and summarises pages that people wrote and thirty different programs made: Debian's packages of documentation.</summary>
public sealed partial class RealPages
{
    private static readonly IReadOnlyList<RealPage> All =
    [
        .. File.ReadLines(RepositoryFiles.Of("DataFlow.Tests", "TaskTypes", "Web", "real-pages.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries) is [var package, var file, var maker, var title, var phrase]
                ? new RealPage(package, file, maker, title, phrase)
                : throw new InvalidDataException(line)),
    ];

    public static TheoryData<string> Packages => [.. All.Select(page => page.Package)];

    [Fact]
    public void There_are_pages_of_at_least_24_makers() => Assert.InRange(All.Select(page => page.Maker).Distinct().Count(), 24, int.MaxValue);

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task A_page_is_downloaded_extracted_and_summarised(string package)
    {
        var page = All.Single(page => page.Package == package);
        if (!File.Exists(page.File)) Lacks(page);
        await using var site = (await TestSite.StartAsync()).File("/page.html", page.File);
        using var egress = TestEgress.Open();
        var attempt = new NetworkAttempt(egress);

        var download = await attempt.OfAsync(new WebDownload(), new { url = site.At("/page.html") });
        var html = download.GetProperty("html_content").GetString()!;
        Assert.Equal((200, "text/html", new FileInfo(page.File).Length), (download.GetProperty("status_code").GetInt32(), download.GetProperty("content_type").GetString(), download.GetProperty("size").GetInt64()));

        var full = (await attempt.OfAsync(new WebExtractText(), new { html_content = html, mode = "full" })).GetProperty("text").GetString()!;
        var extract = await attempt.OfAsync(new WebExtractText(), new { html_content = html, base_url = site.At("/page.html") });
        var text = extract.GetProperty("text").GetString()!;
        Assert.Contains(page.Title, extract.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.All([text, full], extracted => IsReadable(extracted, page, html));
        // What a page is about is nearly all of it in a manual, and never more than can be seen.
        Assert.InRange(text.Length, full.Length * 0.75, full.Length);

        foreach (var sentences in (int[])[1, 3])
        {
            var summary = await attempt.OfAsync(new TextSummarize(), new { text, sentences });
            Assert.InRange(summary.GetProperty("sentence_count").GetInt32(), 1, sentences);
            IsMadeOfSentences(summary.GetProperty("summary").GetString()!, text);
        }
    }

    private static void Lacks(RealPage page)
    {
        var reason = $"{page.File} is not here; test.sh installs it with the package {page.Package}.";
#pragma warning disable RS0030 // A switch of the test run; there is no configuration to read it from.
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
#pragma warning restore RS0030
        Assert.Skip(reason);
    }

    private static void IsReadable(string text, RealPage page, string html)
    {
        Assert.Contains(page.Phrase, Whitespace().Replace(text, " "), StringComparison.Ordinal);
        // Manuals show markup too: what stands in the text must have been written to be seen.
        foreach (Match tag in Markup().Matches(text)) Assert.Contains("&lt;" + tag.Value.TrimStart('<'), html, StringComparison.OrdinalIgnoreCase);
        foreach (Match script in Script().Matches(html))
            if (script.Groups["code"].Value.Trim() is { Length: > 20 } code) Assert.DoesNotContain(code[..20], text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, c => c is '\u00A0' or '\u00AD' or '\uFFFD' or '\r' || (char.IsControl(c) && c is not ('\n' or '\t')));
        foreach (Match entity in EntityLeft().Matches(text)) Assert.Contains("&amp;" + entity.Value[1..], html, StringComparison.Ordinal);
    }

    private static void IsMadeOfSentences(string summary, string text)
    {
        var rest = Whitespace().Replace(summary, "");
        Assert.NotEmpty(rest);
        foreach (var sentence in SentenceSplitter.Split(text).Select(sentence => Whitespace().Replace(sentence, "")))
            if (sentence.Length > 0 && rest.StartsWith(sentence, StringComparison.Ordinal)) rest = rest[sentence.Length..];
        Assert.Equal("", rest);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();

    [GeneratedRegex(@"</?(a|b|body|br|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img|li|link|meta|ol|p|pre|script|span|strong|style|table|td|th|tr|tt|ul)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Markup();

    [GeneratedRegex("<script[^>]*>(?<code>.*?)</script", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("&(nbsp|amp|lt|gt|quot|copy|mdash|ndash|rsquo|lsquo|hellip);")]
    private static partial Regex EntityLeft();

    private sealed record RealPage(string Package, string File, string Maker, string Title, string Phrase);
}
