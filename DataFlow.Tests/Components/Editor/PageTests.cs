using System.Text;
using Bunit;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Components.Editor;

public sealed class PageTests
{
    private static BunitContext Context(EngineHarness harness) => PageContext.ForEditor(harness.Engine);

    private static Task Do(IRenderedComponent<WorkflowPage> page, CanvasAction action) => page.InvokeAsync(() => page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(action));

    private static IEnumerable<string?> Cards(IRenderedComponent<WorkflowPage> page) => page.FindAll(".task-card").Select(card => card.GetAttribute("data-ref"));

    [Fact]
    public async Task A_new_workflow_opens_with_its_graph_its_palette_and_no_problem()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = context.Render<WorkflowPage>();
        Assert.Equal(["download_webpage", "extract_text"], Cards(page));
        Assert.Equal("Valid", page.Find(".validity span").TextContent);
        Assert.NotEmpty(page.FindAll(".palette-item"));
    }

    [Fact]
    public async Task Choosing_a_card_shows_its_task_beside_the_graph()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = context.Render<WorkflowPage>();
        await Do(page, new CanvasAction("select", ["extract_text"]));
        Assert.Equal("extract_text", page.FindComponent<TaskInspector>().Instance.TaskRef);
        Assert.Equal("true", page.Find(".task-card[data-ref=extract_text] button").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task A_drop_on_an_edge_puts_the_task_there_and_undo_takes_it_back()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = context.Render<WorkflowPage>();
        await Do(page, new CanvasAction("drop", ["edge"], "download_webpage", "extract_text", "Echo"));
        Assert.Equal(3, Cards(page).Count());
        Assert.Equal("download_webpage", Cards(page).First());
        Assert.Equal("extract_text", Cards(page).Last());
        page.Find("button[aria-label^=Undo]").Click();
        Assert.Equal(["download_webpage", "extract_text"], Cards(page));
    }

    [Fact]
    public async Task A_reorder_that_breaks_a_reference_is_a_problem_on_its_card()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = context.Render<WorkflowPage>();
        await Do(page, new CanvasAction("move", ["extract_text"], null, "download_webpage"));
        Assert.Equal(["extract_text", "download_webpage"], Cards(page));
        Assert.Contains("wrong", page.Find(".task-card[data-ref=extract_text]").ClassList);
        Assert.Equal("1 problem", page.Find(".validity span").TextContent);
    }

    [Fact]
    public async Task A_rename_in_the_outline_is_followed_by_references()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var page = context.Render<WorkflowPage>();
        page.Find("#tab-outline").Click();
        await page.Find("input[aria-label='Ref of task 1']").ChangeAsync(new() { Value = "fetch" });
        Assert.Equal(["fetch", "extract_text"], Cards(page));
        Assert.Equal("Valid", page.Find(".validity span").TextContent);
    }

    [Fact]
    public async Task A_save_over_a_newer_version_shows_what_differs_and_loses_nothing()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var id = await harness.SaveAsync("""{ "ref": "a", "type": "Echo", "input": { "value": 1 } }""");
        var page = context.Render<WorkflowPage>(parameters => parameters.Add(shown => shown.Id, id));
        var theirs = """{ "name": "test", "input": [{ "name": "x", "type": "any", "required": false }], "tasks": [{ "ref": "a", "type": "Echo", "input": { "value": 1 } }, { "ref": "theirs", "type": "Echo", "input": { "value": 2 } }], "output": [] }""";
        Assert.True((await harness.Engine.UpdateWorkflowAsync(id, Encoding.UTF8.GetBytes(theirs), null, Xunit.TestContext.Current.CancellationToken)).IsOk);
        // On the page's own thread: it must not be drawn anew between the finding and what is done then.
        await page.InvokeAsync(() => page.Find("input[aria-label='Name of the workflow']").Change("mine"));
        await page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Save").Click());
        var alert = page.WaitForElement("[role=alert]");
        Assert.Contains("theirs", alert.TextContent, StringComparison.Ordinal);
        Assert.Equal("mine", page.Find("input[aria-label='Name of the workflow']").GetAttribute("value"));
    }
}
