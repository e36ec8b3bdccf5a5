using System.Text;
using Bunit;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Layout;
using DataFlow.Web.Components.Pages;
using DataFlow.Web.Components.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Components.Editor;

/// <summary>What Ctrl+K and the problems panel do to the open editor.</summary>
public sealed class CommandsTests : IAsyncLifetime
{
    private EngineHarness _harness = null!;
    private BunitContext _context = null!;

    public async ValueTask InitializeAsync()
    {
        _harness = await EngineHarness.StartAsync();
        _context = PageContext.ForEditor(_harness.Engine, _harness.Clock);
        InspectorForm.CaretAtEnd(_context);
        // A browser without the text editor's scripts: a plain field edits the same text.
        _context.JSInterop.SetupModule("/js/editor.js").SetupVoid("load").SetException(new Microsoft.JSInterop.JSException("None here."));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _harness.DisposeAsync();
    }

    [Fact]
    public async Task A_task_is_found_by_its_ref_and_shown()
    {
        var page = _context.Render<WorkflowPage>();
        await ChooseAsync("extr", "extract_text", "Task");
        Assert.Equal("extract_text", page.FindComponent<TaskInspector>().Instance.TaskRef);
    }

    [Fact]
    public async Task Commands_show_parts_of_the_page_save_and_undo()
    {
        var page = _context.Render<WorkflowPage>();
        Assert.DoesNotContain(Offered(""), words => words.StartsWith("Undo", StringComparison.Ordinal) || words == "Versions");
        await ChooseAsync("outl", "Outline", "Command");
        Assert.Equal("true", page.Find("#tab-outline").GetAttribute("aria-selected"));
        await ChooseAsync("inputs", "Inputs", "Command");
        Assert.Single(page.FindComponents<InputsEditor>());
        await ChooseAsync("beside", "Show the JSON beside the graph", "Command");
        Assert.Single(page.FindComponents<DefinitionEditor>());
        await ChooseAsync("hide", "Hide the JSON", "Command");
        Assert.Empty(page.FindComponents<DefinitionEditor>());

        await Name(page).ChangeAsync(new() { Value = "Called so" });
        await ChooseAsync("undo", "Undo: Name the workflow", "Command");
        Assert.NotEqual("Called so", Name(page).GetAttribute("value"));
        await ChooseAsync("redo", "Redo: Name the workflow", "Command");
        await ChooseAsync("save", "Save", "Command");
        var saved = Assert.Single((await _harness.Engine.ListWorkflowsAsync(new WorkflowQuery(5), Xunit.TestContext.Current.CancellationToken)).Value!.Items);
        Assert.Equal("Called so", saved.Name);
        Assert.Contains("Versions", Offered("vers"));
    }

    [Fact]
    public async Task Enter_takes_the_first_and_a_page_that_is_left_offers_nothing()
    {
        var page = _context.Render<WorkflowPage>();
        var box = _context.Render<FindBox>();
        await box.Find("#quick-find").InputAsync(new() { Value = "outline" });
        await box.Find("#quick-find").KeyDownAsync(new Microsoft.AspNetCore.Components.Web.KeyboardEventArgs { Key = "Enter" });
        Assert.Equal("true", page.Find("#tab-outline").GetAttribute("aria-selected"));

        await page.Instance.DisposeAsync();
        Assert.DoesNotContain("Outline", Offered(""));
    }

    [Fact]
    public async Task Two_tasks_of_one_ref_are_both_found()
    {
        var page = _context.Render<WorkflowPage>();
        await Do(page, new CanvasAction("select", ["extract_text"]));
        await page.Find("#task-ref").ChangeAsync(new() { Value = "download_webpage" });
        var edit = new DefinitionEdit("Twice", was => DefinitionEdits.SetMember(was, "download_webpage", "tasks", 1, "ref"));
        await page.InvokeAsync(() => page.FindComponent<TaskInspector>().Instance.OnEdit.InvokeAsync(edit));

        Assert.Equal(["download_webpage", "download_webpage (task 2)"], Offered("download_w"));
        await ChooseAsync("download_w", "download_webpage (task 2)", "Task");
        Assert.Equal("#1", page.FindComponent<TaskInspector>().Instance.TaskRef);
    }

    [Fact]
    public async Task A_way_out_in_the_problems_panel_is_taken_and_undone_in_one_step()
    {
        var page = _context.Render<WorkflowPage>();
        await Do(page, new CanvasAction("select", ["extract_text"]));
        var wrong = new DefinitionEdit("Misspell", was => DefinitionEdits.SetMember(was, "{{refs.download_webpag.output.html_content}}", "tasks", 1, "input", "html_content"));
        await page.InvokeAsync(() => page.FindComponent<TaskInspector>().Instance.OnEdit.InvokeAsync(wrong));
        Assert.Equal("1 problem", page.Find(".validity span").TextContent);
        await page.Find(".validity").ClickAsync(new());

        var fix = page.Find(".problems .fix");
        Assert.Contains("download_webpage", fix.TextContent, StringComparison.Ordinal);
        await fix.ClickAsync(new());
        Assert.Equal("Valid", page.Find(".validity span").TextContent);
        Assert.Empty(page.FindAll(".problems .fix"));
        Assert.Equal("extract_text", page.FindComponent<TaskInspector>().Instance.TaskRef);
        await page.Find("button[aria-label^=Undo]").ClickAsync(new());
        Assert.Equal("1 problem", page.Find(".validity span").TextContent);
        Assert.NotEmpty(page.FindAll(".problems .fix"));
    }

    private static AngleSharp.Dom.IElement Name(IRenderedComponent<WorkflowPage> page) => page.Find("input[aria-label='Name of the workflow']");

    private static Task Do(IRenderedComponent<WorkflowPage> page, CanvasAction action) => page.InvokeAsync(() => page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(action));

    private List<string> Offered(string asked)
    {
        var box = _context.Render<FindBox>();
        box.Find("#quick-find").Input(asked);
        return [.. box.FindAll(".find-results button bdi").Select(words => words.TextContent)];
    }

    private async Task ChooseAsync(string asked, string words, string kind)
    {
        var box = _context.Render<FindBox>();
        await box.Find("#quick-find").InputAsync(new() { Value = asked });
        var found = box.FindAll(".find-results button").Single(each => each.QuerySelector("bdi")!.TextContent == words);
        Assert.EndsWith(kind, found.TextContent, StringComparison.Ordinal);
        await found.ClickAsync(new());
    }
}
