using System.Text.Json;
using Bunit;
using DataFlow.Web.Components.Values;

namespace DataFlow.Tests.Components;

public sealed class ValueViewTests
{
    private static readonly string Long = string.Join('\n', Enumerable.Range(1, 400).Select(line => $"line {line}"));

    private static IRenderedComponent<ValueView> Render(BunitContext context, JsonElement value) =>
        context.Render<ValueView>(p => p.Add(c => c.Title, "Output").Add(c => c.Value, value));

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text);

    [Fact]
    public async Task Short_values_are_shown_whole()
    {
        await using var context = PageContext.Create();
        var view = Render(context, PageContext.Json("""{"a":1}"""));
        Assert.Equal("{\n  \"a\": 1\n}", view.Find("pre").TextContent.ReplaceLineEndings("\n"));
        Assert.DoesNotContain(view.FindAll("button"), button => button.TextContent.Contains("Show all", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Long_values_are_folded_and_unfold_on_request()
    {
        await using var context = PageContext.Create();
        var view = Render(context, Text(Long));
        Assert.Equal(ValueText.Fold, view.Find("pre").TextContent.Length);
        view.FindAll("button").Single(button => button.TextContent.Contains("Show all", StringComparison.Ordinal)).Click();
        Assert.Equal(Long, view.Find("pre").TextContent);
        view.FindAll("button").Single(button => button.TextContent.Contains("Fold", StringComparison.Ordinal)).Click();
        Assert.Equal(ValueText.Fold, view.Find("pre").TextContent.Length);
    }

    [Fact]
    public async Task Search_looks_beyond_the_fold_and_marks_what_it_finds()
    {
        await using var context = PageContext.Create();
        var view = Render(context, Text(Long));
        view.Find("input[type=search]").Input("LINE 399");
        Assert.Equal("line 399", Assert.Single(view.FindAll("mark")).TextContent);
        Assert.Equal("1 found", view.FindAll("[role=status]").First(status => status.TextContent.Length > 0).TextContent);
    }

    [Fact]
    public async Task Long_texts_inside_an_object_are_shown_as_text_under_their_names()
    {
        await using var context = PageContext.Create();
        var view = Render(context, JsonSerializer.SerializeToElement(new { title = "x", body = "one\ntwo" }));
        Assert.Equal(["title", "body"], view.FindAll("code").Select(name => name.TextContent));
        Assert.Equal("one\ntwo", Assert.Single(view.FindAll("pre")).TextContent);
        view.Find("button[aria-label='Show as JSON']").Click();
        Assert.Contains("one\\ntwo", view.Find("pre").TextContent, StringComparison.Ordinal);
    }
}
