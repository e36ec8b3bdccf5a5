using System.Text;
using System.Text.Json.Nodes;
using DataFlow.Engine.Templates;
using DataFlow.Tests.Support;
using DataFlow.Tests.Templates;

namespace DataFlow.Tests.Docs;

public sealed class ExpressionPageTests : TemplateTest
{
    private const string Heading = "## Functions\n";

    private static readonly string s_file = RepositoryFiles.Of("docs", "expressions.md");

    public static TheoryData<string, string> Examples()
    {
        var rows = MarkdownBlocks.Rows(Examples(File.ReadAllText(s_file)), "Expression");
        var data = new TheoryData<string, string>();
        foreach (var row in rows) data.Add(row[0][1..^1], row[1][1..^1]);
        return data;

        static string Examples(string page) => page[page.IndexOf("## Examples", StringComparison.Ordinal)..];
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_gives_what_the_page_says(string expression, string gives)
    {
        var values = MarkdownBlocks.Of(File.ReadAllText(s_file)).First(block => block.Language == "json").Text;
        var rendered = Rendered(expression, Given(values));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(gives), JsonNode.Parse(rendered)), $"{expression} gives {rendered}");
        if (!gives.StartsWith('{')) Assert.Equal(gives, rendered);
    }

    [Theory]
    [InlineData("{{ while true }}{{ end }}")]
    [InlineData("{{ func f; end }}")]
    [InlineData("{{ include 'x' }}")]
    [InlineData("{{ import input.x }}")]
    [InlineData("{{ with input.x }}{{ end }}")]
    [InlineData("{{ wrap 'x' }}{{ end }}")]
    [InlineData("{{ object.eval '1' }}")]
    public void What_the_page_calls_forbidden_is(string template) => Assert.Equal("template_forbidden", Fault(template).Code);

    [Fact]
    public void Limits_are_the_ones_in_force()
    {
        var page = File.ReadAllText(s_file);
        string[] told =
        [
            $"{TemplateLimits.Time.TotalMilliseconds:0} ms, {TemplateLimits.LoopSteps:N0} steps", $"{TemplateLimits.RegexTime.TotalMilliseconds:0} ms of one regular expression",
            $"{TemplateLimits.AllocatedBytes / 1024 / 1024} MB of\nmemory", $"above {TemplateLimits.OutputLength / 1024 / 1024} MB of text", $"{TemplateLimits.SourceLength:N0} characters",
        ];
        Assert.All(told, text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_table_of_functions_is_current()
    {
        var token = TestContext.Current.CancellationToken;
        var page = await File.ReadAllTextAsync(s_file, token);
        var head = page[..(page.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length)];
        var expected = head + Table();
        if (Snapshots.AreRewritten) await File.WriteAllTextAsync(s_file, page = expected, token);

        Assert.Equal(expected, page);
    }

    private static string Table()
    {
        var table = new StringBuilder("\nThe first argument may come through a pipe; an argument with `?` may be left out. There are no others.\n\n| Function | Gives | What it gives |\n|---|---|---|\n");
        foreach (var function in TemplateFunctions.All)
        {
            var gives = function.Result == ExpressionResult.Unknown ? "any" : function.Result.ToString().ToLowerInvariant();
            table.Append($"| `{function.Signature}` | {gives} | {function.Description.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal)} |\n");
        }
        return table.ToString();
    }
}
