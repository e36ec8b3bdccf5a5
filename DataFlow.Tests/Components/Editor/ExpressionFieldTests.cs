using AngleSharp.Dom;
using Bunit;
using DataFlow.Engine.Workflows;

namespace DataFlow.Tests.Components.Editor;

public sealed class ExpressionFieldTests
{
    private const string Definition =
        """{"name":"W","input":[{"name":"url","type":"string"},{"name":"count","type":"integer"}],"tasks":[{"ref":"first","type":"Web.Download","input":{"url":"{{ input.url }}"}},{"ref":"second","type":"Text.Reverse","input":{"text":"{{ refs.first.output.html_content }}"}},{"ref":"third","type":"Text.Reverse","input":{"text":"x"}}]}""";

    private static readonly ReachableData Sample = ReachableData.Of(PageContext.Json("""{"input":{"url":"https://example.com"},"refs":{"first":{"output":{"html_content":"<p>Hello</p>"}}}}"""), PageContext.Noon);

    [Fact]
    public async Task Typing_in_braces_offers_what_is_reachable_with_its_type()
    {
        await using var form = new InspectorForm(Definition, "second");
        form.Field("text").Input("{{ html");

        var options = form.Form.FindAll("[role=option]");
        Assert.Equal("true", form.Field("text").GetAttribute("data-open"));
        Assert.Equal("refs.first.output.html_content", options[0].QuerySelector("code")!.TextContent);
        Assert.Equal("string", options[0].QuerySelector("span")!.TextContent);
        Assert.Equal(options[0].Id, form.Field("text").GetAttribute("aria-activedescendant"));
        form.Field("text").Input("{{ refs.");
        Assert.DoesNotContain(form.Form.FindAll("[role=option] code"), option => option.TextContent.StartsWith("refs.third", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arrows_choose_and_Enter_puts_it_in()
    {
        await using var form = new InspectorForm(Definition, "second");
        form.Field("text").Input("{{ input.");
        Assert.Equal("true", Selected(form, "input.url").GetAttribute("aria-selected"));
        form.Field("text").KeyDown("ArrowDown");
        Assert.Equal("true", Selected(form, "input.count").GetAttribute("aria-selected"));
        form.Field("text").KeyDown("Enter");
        Assert.Equal("{{ input.count }}", form.Field("text").GetAttribute("value"));
        Assert.Empty(form.Form.FindAll("[role=listbox]"));
        form.Field("text").Blur();
        Assert.Contains("\"text\":\"{{ input.count }}\"", form.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_field_of_several_lines_a_long_list_goes_along_with_what_is_chosen_instead_of_scrolling()
    {
        var inputs = string.Join(',', Enumerable.Range(1, 20).Select(i => $$"""{"name":"value_{{i:00}}","type":"string"}"""));
        await using var form = new InspectorForm($$$"""{"name":"W","input":[{{{inputs}}}],"tasks":[{"ref":"second","type":"Text.Reverse","input":{"text":"one\n{{ input.value_01 }}"}}]}""", "second");
        form.Field("text").Input("one\n{{ input.");

        Assert.Equal(9, form.Form.FindAll("[role=option]").Count);
        for (var i = 0; i < 14; i++) form.Field("text").KeyDown("ArrowDown");
        Assert.Equal(9, form.Form.FindAll("[role=option]").Count);
        var chosen = Selected(form, "input.value_15");
        Assert.Equal(("true", "15", "20"), (chosen.GetAttribute("aria-selected"), chosen.GetAttribute("aria-posinset"), chosen.GetAttribute("aria-setsize")));
        Assert.Equal(chosen.Id, form.Field("text").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public async Task Escape_closes_the_list_and_keeps_the_text()
    {
        await using var form = new InspectorForm(Definition, "second");
        form.Field("text").Input("{{ in");
        form.Field("text").KeyDown("Escape");
        Assert.Empty(form.Form.FindAll("[role=listbox]"));
        Assert.Equal("{{ in", form.Field("text").GetAttribute("value"));
        Assert.Empty(form.Edits);
    }

    [Fact]
    public async Task What_is_wrong_is_said_while_it_is_typed_and_before_it_is_written()
    {
        await using var form = new InspectorForm(Definition, "second");
        form.Field("text").Input("{{ refs.third.output.text }}");
        Assert.Contains(form.Form.FindAll("[role=alert]"), alert => alert.TextContent.Contains("'third'", StringComparison.Ordinal));
        Assert.Equal("true", form.Field("text").GetAttribute("aria-invalid"));
        Assert.Empty(form.Edits);
    }

    [Fact]
    public async Task The_value_it_had_in_the_last_execution_is_shown()
    {
        await using var form = new InspectorForm(Definition, "second", Sample);
        Assert.Equal("<p>Hello</p>", form.Form.Find("output").TextContent);
        Assert.Equal("Last execution <p>Hello</p> string", form.Form.Find(".preview").TextContent);
        form.Field("text").Input("{{ input.url | string.upcase }}");
        Assert.Equal("HTTPS://EXAMPLE.COM", form.Form.Find("output").TextContent);
        form.Field("text").Input("{{ input.count }} times");
        Assert.Empty(form.Form.FindAll("output"));
        var missing = form.Form.Find(".preview");
        Assert.Equal("null_reference", missing.QuerySelector("code")!.TextContent);
        Assert.Contains("input.count", missing.TextContent, StringComparison.Ordinal);
    }

    private static IElement Selected(InspectorForm form, string text) => form.Form.FindAll("[role=option]").First(option => option.QuerySelector("code")!.TextContent == text);
}
