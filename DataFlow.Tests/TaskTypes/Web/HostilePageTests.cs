using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.TaskTypes.Web;

namespace DataFlow.Tests.TaskTypes.Web;

/// <summary>Pages that cost their writer kilobytes and would cost a naive reader minutes, gigabytes or the process.</summary>
public sealed class HostilePageTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string?> Pages => new()
    {
        { "a million nested divs", "html_too_deep" },
        { "ten million characters and one", "html_too_large" },
        { "a quarter of a million elements and more", "html_too_large" },
        { "formatting left open, copied under every block", "html_too_large" },
        { "formatting left open, copied under every line break", "html_too_large" },
        { "nested tables", "html_too_deep" },
        { "nested lists", "html_too_deep" },
        { "a million attributes", null },
        { "an attribute of five megabytes", null },
        { "nine megabytes of text", null },
        { "a comment that never ends", null },
        { "a script that never ends", "no_text" },
        { "half a million end tags", null },
        { "as deep and as long as allowed", null },
        { "links in links", null },
        { "hundreds of thousands of entities", null },
        { "everything in one table cell", null },
        { "deep tables of paragraphs", null },
        { "as much as readability takes", null },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Time_and_memory_are_bounded(string page, string? code)
    {
        var html = Html(page);
        foreach (var mode in (string[])["main", "full"])
        {
            var reading = RunAsync(html, mode);
            Assert.Equal(code, await reading.WaitAsync(Bound, TestContext.Current.CancellationToken));
        }
    }

    private static async Task<string?> RunAsync(string html, string mode)
    {
        try
        {
            Assert.NotEmpty((await Attempt.OfAsync(new WebExtractText(), new { html_content = html, mode })).GetProperty("text").GetString()!);
            return null;
        }
        catch (TaskFailedException failed)
        {
            return failed.Failure.Code;
        }
    }

    private static string Html(string page) => page switch
    {
        "a million nested divs" => Repeat("<div>", 1_000_000),
        "ten million characters and one" => new('x', HtmlPage.MaxLength + 1),
        "a quarter of a million elements and more" => Repeat("<p>x", 300_000),
        "formatting left open, copied under every block" => "<div>" + Fonts(200) + "</div>" + Repeat("<div>x</div>", 100_000),
        "formatting left open, copied under every line break" => "<div>" + Fonts(200) + "</div>" + Repeat("<div><br></div>", 100_000),
        "nested tables" => Repeat("<table><tr><td>", 50_000),
        "nested lists" => Repeat("<ul><li>", 100_000),
        "a million attributes" => "<p " + string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"a{i} ")) + ">x",
        "an attribute of five megabytes" => $"<p title='{new string('x', 5_000_000)}'>x",
        "nine megabytes of text" => Repeat("Some words of a text. ", 400_000),
        "a comment that never ends" => "x<!--" + Repeat("-", 5_000_000),
        "a script that never ends" => "<script>" + Repeat("<!--<script", 400_000),
        "half a million end tags" => Repeat("<div>", 250) + "x" + Repeat("</span></b>", 500_000),
        "as deep and as long as allowed" => Repeat("<div>", 250) + Repeat("<p>Some words of a text.</p>", 100_000),
        "links in links" => Repeat("<a href=x>y", 100_000),
        "hundreds of thousands of entities" => Repeat("&amp;&lt;&notanentity;&#x1F375;", 300_000),
        "everything in one table cell" => "<table><tr><td>" + Repeat("<p>word</p>", 100_000),
        "as much as readability takes" => Repeat("<div class=content>", 56) + Repeat($"<p>{Repeat("Some words, of a text. ", 11)}</p>", 3_800),
        "deep tables of paragraphs" => Repeat("<table><tr><td><p>x</p>", 70) + Repeat("<p>word</p>", 3_000),
        _ => throw new ArgumentException(page),
    };

    private static string Fonts(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"<font size={i}>"));

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
