using Bunit;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Pages;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Components.Editor;

/// <summary>Tasks that nothing can be called by are chosen and put right in the list like any other.</summary>
public sealed class OutlineTests
{
    private static readonly string Broken =
        """{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1}},{"type":"Echo","input":{"value":2}},{"ref":"a","type":"Echo","input":{"value":3}},7]}""";

    [Fact]
    public async Task A_task_without_a_ref_is_chosen_and_given_one()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = await OpenAsync(context);

        var field = page.Find("input[aria-label='Ref of task 2']");
        Assert.False(field.HasAttribute("disabled"));
        await page.InvokeAsync(() => page.Find("input[aria-label='Ref of task 2']").FocusAsync(new()));
        Assert.Equal("#1", page.FindComponent<TaskInspector>().Instance.TaskRef);
        await page.InvokeAsync(() => page.Find("input[aria-label='Ref of task 2']").ChangeAsync(new() { Value = "b" }));

        Assert.Equal(["a", "b", "#2", "#3"], Cards(page));
        Assert.Equal("b", page.FindComponent<TaskInspector>().Instance.TaskRef);
    }

    [Fact]
    public async Task Of_two_tasks_of_one_ref_the_line_says_which_is_meant()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = await OpenAsync(context);

        await page.InvokeAsync(() => page.Find("input[aria-label='Ref of task 3']").ChangeAsync(new() { Value = "c" }));
        Assert.Equal(["a", "#1", "c", "#3"], Cards(page));
        await page.InvokeAsync(() => page.Find("button[aria-label='Delete task 4']").ClickAsync(new()));
        Assert.Equal(["a", "#1", "c"], Cards(page));
    }

    [Fact]
    public async Task A_task_without_a_ref_is_moved_and_stays_chosen()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = await OpenAsync(context);

        await page.InvokeAsync(() => page.Find("input[aria-label='Ref of task 2']").KeyDownAsync(new KeyboardEventArgs { Key = "ArrowUp", AltKey = true }));

        Assert.Equal(["#0", "a", "#2", "#3"], Cards(page));
        Assert.Equal("#0", page.FindComponent<TaskInspector>().Instance.TaskRef);
        Assert.Equal("outline-ref-0", context.JSInterop.Invocations.Last(call => call.Arguments.Any(argument => argument is string text && text.StartsWith("outline-ref", StringComparison.Ordinal))).Arguments.OfType<string>().Last());
    }

    [Fact]
    public void The_arrow_keys_lead_to_tasks_that_nothing_can_be_called_by()
    {
        var document = DefinitionDocument.Parse(Broken)!;
        var model = CanvasModel.Of(document, TestCatalog.Instance, []);

        Assert.Equal("#1", CanvasSteps.Next(document, model, "a", "down"));
        Assert.Equal("#2", CanvasSteps.Next(document, model, "#1", "down"));
        Assert.Equal("#1", CanvasSteps.Next(document, model, "#2", "up"));
        Assert.Equal("#3", CanvasSteps.Go(document, model, null, "outputs", "up").Ref);
    }

    [Fact]
    public void A_task_no_longer_waits_for_one_that_nothing_can_be_called_by()
    {
        var after = DefinitionEdits.Disconnect(DefinitionDocument.Parse(Broken)!, "#1", "#2");

        Assert.Empty(after.Root["tasks"]![2]!["depends_on"]!.AsArray());
    }

    [Fact]
    public void Every_edge_is_another_whatever_tasks_are_called()
    {
        var edges = CanvasModel.Of(DefinitionDocument.Parse("""{"tasks":[{"ref":"a"},{"ref":"a"},{},{},{"depends_on":["a"]},{"depends_on":[]},{"depends_on":[]}]}""")!, TestCatalog.Instance, []).Edges;

        Assert.Equal(edges.Length, edges.Select(edge => (edge.From, edge.To)).Distinct().Count());
    }

    [Fact]
    public async Task A_ref_that_is_taken_is_refused_and_does_not_stay_in_the_field()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = context.Render<WorkflowPage>();
        await page.InvokeAsync(() => page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(new CanvasAction("select", ["extract_text"])));

        await page.InvokeAsync(() => page.Find("input[id$='-ref']").ChangeAsync(new() { Value = "download_webpage" }));

        Assert.Equal(["download_webpage", "extract_text"], Cards(page));
        Assert.Equal("extract_text", page.Find("input[id$='-ref']").GetAttribute("value"));
        Assert.DoesNotContain("Unsaved changes", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_no_task_is_chosen_to_be_made_one_and_takes_no_ref()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = await OpenAsync(context);

        Assert.True(page.Find("input[aria-label='Ref of task 4']").HasAttribute("readonly"));
        await page.InvokeAsync(() => page.Find("button[aria-label='Edit task 4']").ClickAsync(new()));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent == "Make it a task").ClickAsync(new()));

        Assert.Equal(["a", "#1", "#2", "task"], Cards(page));
    }

    private static async Task<IRenderedComponent<WorkflowPage>> OpenAsync(BunitContext context)
    {
        var page = context.Render<WorkflowPage>();
        page.Find("#tab-outline").Click();
        await page.InvokeAsync(() => page.FindComponent<WorkflowSettingsEditor>().Instance.OnEdit.InvokeAsync(new DefinitionEdit("Break it", _ => DefinitionDocument.Parse(Broken)!)));
        page.WaitForElement("input[aria-label='Ref of task 4']");
        return page;
    }

    private static IEnumerable<string?> Cards(IRenderedComponent<WorkflowPage> page) => page.FindAll(".task-card").Select(card => card.GetAttribute("data-ref"));

    private static BunitContext Context(EngineHarness harness)
    {
        var context = PageContext.ForEditor(harness.Engine);
        context.JSInterop.SetupModule("./Components/Editor/ExpressionField.razor.js").Mode = JSRuntimeMode.Loose;
        return context;
    }
}
