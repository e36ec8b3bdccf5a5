using System.Text.Json;
using DataFlow.Engine.TaskTypes.Web;

namespace DataFlow.Tests.TaskTypes.Web;

public sealed class WebExtractTextTests
{
    private static readonly WebExtractText Extract = new();

    private const string Article = """
        <!DOCTYPE html><html lang="en"><head><title>Why tea matters | The Leaf</title>
        <meta name="description" content="A short history of tea."><meta name="author" content="Ada Brewer">
        <style>.x { color: red }</style><script>var tracking = "secret-script";</script></head>
        <body>
        <header><a href="/">The Leaf</a> <a href="/subscribe">Subscribe now</a></header>
        <nav><ul><li><a href="/a">Home</a></li><li><a href="/b">World news</a></li></ul></nav>
        <div class="cookie-banner">We value your privacy. Accept all cookies?</div>
        <div id="content"><article><h1>Why tea matters</h1><p class="byline">By Ada Brewer</p>
        <p>Tea is the most widely consumed drink in the world after water. It was first drunk in China, where people poured hot water over the leaves of a shrub.</p>
        <p>In the seventeenth century, merchants brought it to Europe, and with it came porcelain, sugar and a habit of pausing in the afternoon that has never quite gone away.</p>
        <p>Today, more than three billion cups are drunk every day. Most of them are black tea, grown in India, Kenya and Sri Lanka, and most of them are drunk with milk.</p>
        </article></div>
        <aside><h2>Read next</h2><ul><li><a href="/c">Ten surprising facts about coffee</a></li></ul></aside>
        <footer>© The Leaf. All rights reserved.</footer></body></html>
        """;

    [Fact]
    public async Task The_article_is_found_among_what_surrounds_it()
    {
        var output = await Attempt.OfAsync(Extract, new { html_content = Article, base_url = "https://leaf.example/tea" });
        var text = output.GetProperty("text").GetString()!;
        Assert.Contains("Tea is the most widely consumed drink in the world after water.", text, StringComparison.Ordinal);
        Assert.Contains("drunk with milk.", text, StringComparison.Ordinal);
        Assert.All(["Subscribe", "World news", "cookies", "coffee", "All rights", "secret-script", "color: red", "<"], noise => Assert.DoesNotContain(noise, text, StringComparison.Ordinal));
        Assert.Equal("A short history of tea.", output.GetProperty("excerpt").GetString());
        Assert.Equal("en", output.GetProperty("language").GetString());
        Assert.Equal("Ada Brewer", output.GetProperty("byline").GetString());
        Assert.StartsWith("Why tea matters", output.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(text.Length, output.GetProperty("length").GetInt32());
    }

    [Fact]
    public async Task Full_keeps_all_that_can_be_seen_and_nothing_else()
    {
        var text = await TextOfAsync(Article, "full");
        Assert.All(["Subscribe now", "World news", "Accept all cookies?", "drunk with milk.", "surprising facts", "All rights reserved."], seen => Assert.Contains(seen, text, StringComparison.Ordinal));
        Assert.All(["secret-script", "color: red", "<"], unseen => Assert.DoesNotContain(unseen, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<p>One.</p><p>Two.</p>", "One.\n\nTwo.")]
    [InlineData("<div>One</div><div>Two</div>", "One\nTwo")]
    [InlineData("<h1>Title</h1>text", "Title\n\ntext")]
    [InlineData("<p>a\n  b\t c&nbsp;d</p>", "a b c d")]
    [InlineData("<p>a<b>b</b> <i> c</i></p>", "ab c")]
    [InlineData("a<br>b<br><br>c", "a\nb\nc")]
    [InlineData("<ul><li>One</li><li>Two<ul><li>Deep</li></ul></li></ul>", "- One\n- Two\n  - Deep")]
    [InlineData("<ol start=3><li>c</li><li value=9>i</li><li>j</li></ol>", "3. c\n9. i\n10. j")]
    [InlineData("<ul><li></li><li>One</li><li><ul><li>Inner</li></ul></li></ul>", "- One\n  - Inner")]
    [InlineData("<dl><dt>Tea</dt><dd>A drink.</dd></dl>", "Tea\n  A drink.")]
    [InlineData("<table><tr><th>Name</th><th>Cups</th></tr><tr><td>Ada</td><td><p>3</p></td></tr></table>", "Name | Cups\nAda | 3")]
    [InlineData("<table><caption>Cups</caption><tbody><tr><td></td><td>Ada</td></tr></tbody></table>", "Cups\nAda")]
    [InlineData("<table><tr><td><h2>Left</h2><p>one</p></td><td><ul><li>two</li></ul></td></tr></table>", "Left\n\none\n\n- two")]
    [InlineData("<p>x</p><pre>  if (a &lt; b)\n\n      c();\n</pre><p>y</p>", "x\n\n  if (a < b)\n\n      c();\n\ny")]
    [InlineData("<table><tr><td><pre>1\n2\n3</pre></td><td><pre>a\nb\nc</pre></td></tr></table>", "a\nb\nc")]
    [InlineData("<h2>Use<a class=headerlink href='#use'>¶</a></h2><p>x <a href='#y'>#</a></p>", "Use\n\nx")]
    [InlineData("<p hidden>no</p><p style='DISPLAY : none'>no</p><p aria-hidden=true>no</p>yes", "yes")]
    [InlineData("<p>co\u00ADop\u200Berate</p>", "cooperate")]
    [InlineData("<p>He said <q>no</q>.</p>", "He said “no”.")]
    [InlineData("<select><option>a</option></select><textarea>b</textarea><button>c</button><noscript>Enable JavaScript</noscript><svg><text>d</text></svg>e", "e")]
    [InlineData("<p>2 &lt; 3 &amp;&amp; 4 &gt; 3 &copy; &#x1F375;</p>", "2 < 3 && 4 > 3 © 🍵")]
    [InlineData("<script>if (a<b) document.write('<p>no</p>')</script>yes<style>p{}</style><!-- no -->", "yes")]
    [InlineData("no tags at all", "no tags at all")]
    [InlineData("<p>unclosed <b>bold", "unclosed bold")]
    public async Task Blocks_lists_tables_and_code_are_written_as_a_person_would(string html, string text)
    {
        Assert.Equal(text, await TextOfAsync(html, "full"));
        Assert.Equal(text, await TextOfAsync(html, "main"));
    }

    [Fact]
    public async Task A_manual_that_looks_like_decoration_is_kept_whole()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"<tr><td>--option-{i}</td><td>Does thing number {i} to the file.</td></tr>"));
        var text = await TextOfAsync($"<h1>Manual</h1><p>{string.Join(' ', Enumerable.Repeat("The program reads files, and writes what it has read.", 6))}</p><h2>Options</h2><table>{rows}</table>");
        Assert.All(Enumerable.Range(0, 40), i => Assert.Contains($"--option-{i} | Does thing number {i} to the file.", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_is_one_menu_still_gives_its_text() => Assert.Equal("- One\n- Two", await TextOfAsync("<nav><ul><li>One</li><li>Two</li></ul></nav>"));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("<html><head><title>x</title></head><body></body></html>")]
    [InlineData("<img src=a.png><script>alert(1)</script>")]
    [InlineData("<frameset><frame src=a></frameset>")]
    public async Task A_page_without_text_fails(string html)
    {
        var failure = await Attempt.FailureOfAsync(Extract, new { html_content = html });
        Assert.Equal(("no_text", false), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task Cancelling_stops_the_reading_of_a_large_page()
    {
        using var cancel = new CancellationTokenSource();
        var input = JsonSerializer.SerializeToElement(new { html_content = string.Concat(Enumerable.Repeat("<p>some words</p>", 240_000)) });
        var running = Extract.InvokeAsync(input, Attempt.Context(), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> TextOfAsync(string html, string mode = "main") => (await Attempt.OfAsync(Extract, new { html_content = html, mode })).GetProperty("text").GetString()!;
}
