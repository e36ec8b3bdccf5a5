using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.TaskTypes;

public sealed class TaskTypePageTests
{
    [Fact]
    public void A_page_says_all_that_the_specification_says()
    {
        var page = TaskTypePage.Render(new RichTask().Specification);
        string[] parts =
        [
            "# Test.Rich\n\nDoes everything.\n", "Also read as: `Test.Wealthy`.", "credential: `openai`",
            "| `url` | string (uri) | yes |  | A URL. Example: `\"https://example.com\"`. |",
            "| `anything` | any | yes |", "| `point.y` | number | no | `0.5` | Top to bottom. |", "| `timeout_seconds` | integer | no | `30` | Seconds. Between 1 and 300. Example: `20`. |",
            "| `share` | number or null | no |  | Part of the whole. Between 0 and 1. |", "Between 2 and 5 characters. Matches `^[a-z]+$`.",
            "| `colour` | `\"red\"`, `\"dark_blue\"` | no | `\"dark_blue\"` |", "| `words` | array of string or null | no |  | Many words. At most 3 items. |",
            "| `points[].x` | number | yes |", "| `headers` | object of string or null |", "Secret: takes `{{secrets.NAME}}`",
            "| **`echo`** | object | The input again. |", "| `echo.url` |", "runs again with the same input", "```json\n{\n  \"ref\": \"rich\",",
        ];
        Assert.All(parts, part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.EndsWith("```\n", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Text.Reverse", "text-reverse.md")]
    [InlineData("Echo", "echo.md")]
    [InlineData("Web.ExtractText", "web-extract-text.md")]
    public void A_page_is_named_for_its_type(string type, string file) => Assert.Equal(file, TaskTypePage.FileName(new RichTask().Specification with { Type = type }));

    [Fact]
    public void What_Markdown_would_take_for_its_own_is_escaped_outside_code()
    {
        var page = TaskTypePage.Render(new RichTask().Specification with { Description = "Fills {a} <b> with `{c|d}`." });
        Assert.Contains(@"Fills \{a} \<b> with `{c|d}`.", page, StringComparison.Ordinal);
        Assert.Contains(@"| `{c\|d}`. |", TaskTypePage.RenderIndex([new RichTask().Specification with { Description = "`{c|d}`." }]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_in_the_docs_are_current()
    {
        var folder = Path.Combine(Root(), "docs", "task-types");
        var specifications = EngineCatalog.Catalog.All.Select(type => type.Specification).ToList();
        var pages = specifications.ToDictionary(TaskTypePage.FileName, TaskTypePage.Render);
        pages.Add("README.md", TaskTypePage.RenderIndex(specifications));
#pragma warning disable RS0030 // The one switch of a test run; there is no configuration here to read it from.
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
#pragma warning restore RS0030
        {
            Directory.CreateDirectory(folder);
            foreach (var stale in Directory.GetFiles(folder, "*.md").Where(file => !pages.ContainsKey(Path.GetFileName(file)))) File.Delete(stale);
            foreach (var (file, page) in pages) await File.WriteAllTextAsync(Path.Combine(folder, file), page, Xunit.TestContext.Current.CancellationToken);
        }

        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(folder, "*.md").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (file, page) in pages) Assert.Equal(page, await File.ReadAllTextAsync(Path.Combine(folder, file), Xunit.TestContext.Current.CancellationToken));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DataFlow.Web.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository.");
        return folder;
    }
}
