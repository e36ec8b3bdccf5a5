using System.Diagnostics;
using System.Text.Json;
using Bunit;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;
using DataFlow.Web.Components;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Xunit.Sdk;

namespace DataFlow.Tests.Components.Editor;

/// <summary>The editor while something runs beside it.</summary>
public sealed class RunningTests : IAsyncLifetime
{
    private const string Tasks =
        """{ "ref": "a", "type": "Test.Unsafe", "input": { "value": "{{ input.x }}" } }, { "ref": "b", "type": "Test.Unsafe", "input": { "value": "{{ refs.a.output.value }} b" } }""";

    private EngineHarness _harness = null!;
    private BunitContext _context = null!;
    private string _workflow = "";

    public async ValueTask InitializeAsync()
    {
        _harness = await EngineHarness.StartAsync();
        _context = PageContext.ForEditor(_harness.Engine, _harness.Clock);
        _context.JSInterop.SetupModule("./Components/Editor/ExpressionField.razor.js").Mode = JSRuntimeMode.Loose;
        InBrowser(null);
        _workflow = await _harness.SaveAsync(Tasks);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _harness.DisposeAsync();
    }

    [Fact]
    public async Task An_execution_named_in_the_address_is_painted_to_its_end()
    {
        var gate = Gate();
        var id = await _harness.ExecuteAsync(_workflow, """{ "x": 1 }""");
        await _harness.SeeAsync<TaskStarted>(id);
        var page = Open($"?execution={id}");
        page.WaitForAssertion(() => Assert.Equal(["Running", "Pending"], StatusesOn(page)));
        Assert.Equal("", Announced(page));

        gate.SetResult();
        await _harness.EndAsync(id);
        Wait(page, () => Assert.Equal(["Completed", "Completed"], StatusesOn(page)));
        Assert.StartsWith("Run completed", Announced(page), StringComparison.Ordinal);
        Assert.Equal(Addresses.Execution(id), page.Find(".run-bar a").GetAttribute("href"));
    }

    [Fact]
    public async Task An_execution_of_another_workflow_is_not_painted()
    {
        var other = await _harness.ExecuteAsync(await _harness.SaveAsync("""{ "ref": "a", "type": "Test.Pure" }"""));
        var page = Open($"?execution={other}");
        page.WaitForAssertion(() => Assert.EndsWith(_workflow, _context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        Assert.Empty(StatusesOn(page));
    }

    [Fact]
    public async Task Clearing_takes_the_paint_off_and_the_execution_out_of_the_address()
    {
        var id = await _harness.ExecuteAsync(_workflow, """{ "x": 1 }""");
        await _harness.EndAsync(id);
        var page = Open($"?execution={id}");
        page.WaitForElement("button[aria-label='Clear the run']").Click();
        Wait(page, () => Assert.Empty(page.FindAll(".run-bar")));
        Assert.Empty(StatusesOn(page));
        Assert.DoesNotContain("execution=", _context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_is_tested_alone_on_the_data_of_the_last_execution()
    {
        await _harness.EndAsync(await _harness.ExecuteAsync(_workflow, """{ "x": 1 }"""));
        var page = Open();
        await ChooseAsync(page, "b");
        page.WaitForAssertion(() => Assert.Equal("1 b", page.Find("output").TextContent));
        Press(page, "Test task");

        Wait(page, () => Assert.Equal(["Completed", "Completed"], StatusesOn(page)));
        Assert.StartsWith("Test of b completed", Announced(page), StringComparison.Ordinal);
        Assert.Equal(["a", "b", "b"], _harness.Script.Attempts.Select(attempt => attempt.Ref));
        Assert.Equal("given", page.Find("[data-ref=a] .card-fact").TextContent.Trim());
    }

    [Fact]
    public async Task An_unsaved_task_is_tested_as_it_stands()
    {
        var page = Open();
        await ChooseAsync(page, "a");
        await page.InvokeAsync(() => page.FindComponent<TaskInspector>().Instance.OnEdit.InvokeAsync(
            new DefinitionEdit("Change value", was => DefinitionEdits.SetMember(was, new System.Text.Json.Nodes.JsonObject { ["value"] = "new" }, "tasks", 0, "input"))));
        Press(page, "Test task");
        Wait(page, () => Assert.Equal(["Completed"], StatusesOn(page)));
        Assert.Contains("new", page.Find(".run-part .value").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_that_nobody_knows_is_asked_for()
    {
        _context.Render<MudPopoverProvider>();
        var dialogs = _context.Render<MudDialogProvider>();
        var page = Open();
        await ChooseAsync(page, "b");
        Press(page, "Test task");

        var field = dialogs.WaitForElement("#output-a");
        Assert.Equal("""{"value":null}""", JsonSerializer.Serialize(JsonElement.Parse(field.GetAttribute("value")!)));
        field.Input("""{ "value": "given" }""");
        dialogs.Find("form").Submit();
        Wait(page, () => Assert.Equal("Completed", StatusesOn(page).LastOrDefault()));
        Assert.Contains("given b", page.Find(".run-part .value").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_is_kept_by_the_browser_and_stands_for_its_task_up_to_here()
    {
        await _harness.EndAsync(await _harness.ExecuteAsync(_workflow, """{ "x": 1 }"""));
        var page = Open();
        await ChooseAsync(page, "a");
        Wait(page, () => page.FindAll("button").Single(button => button.TextContent == "Pin output").Click());
        page.WaitForElement("[data-ref=a] .card-pin");
        Assert.Equal("""{"a":{"value":1}}""", _context.JSInterop.Invocations["write"][^1].Arguments[1]);

        await page.Find("textarea#pinned-output").ChangeAsync(new() { Value = """{ "value": "pinned" }""" });
        await ChooseAsync(page, "b");
        Wait(page, () => Assert.Equal("pinned b", page.Find("output").TextContent));
        Press(page, "Run up to here");
        Wait(page, () => Assert.Contains("pinned b", page.Find(".run-part .value").TextContent, StringComparison.Ordinal));
        Assert.Equal(["a", "b", "b"], _harness.Script.Attempts.Select(attempt => attempt.Ref));
    }

    [Fact]
    public async Task Pins_that_the_browser_kept_are_there_again_and_a_rename_takes_them_along()
    {
        InBrowser("""{"a":{"value":"kept"}}""");
        var page = Open();
        page.WaitForElement("[data-ref=a] .card-pin");
        await ChooseAsync(page, "b");
        page.WaitForAssertion(() => Assert.Equal("kept b", page.Find("output").TextContent));

        await page.InvokeAsync(() => page.FindComponent<TaskInspector>().Instance.OnRename.InvokeAsync(("a", "first")));
        page.WaitForElement("[data-ref=first] .card-pin");
        await ChooseAsync(page, "first");
        page.FindAll("button").Single(button => button.TextContent == "Unpin").Click();
        Assert.Empty(page.FindAll(".card-pin"));
        Assert.Null(_context.JSInterop.Invocations["write"][^1].Arguments[1]);
    }

    [Fact]
    public async Task A_test_ends_when_its_page_is_left()
    {
        Gate();
        var page = Open();
        await ChooseAsync(page, "a");
        await page.InvokeAsync(() => page.FindComponent<TaskInspector>().Instance.OnEdit.InvokeAsync(
            new DefinitionEdit("Change value", was => DefinitionEdits.SetMember(was, new System.Text.Json.Nodes.JsonObject { ["value"] = 1 }, "tasks", 0, "input"))));
        Press(page, "Test task");
        Wait(page, () => Assert.Equal(["Running"], StatusesOn(page)));
        Assert.Equal(1, _harness.Get<ExecutionTrials>().ActiveCount);

        await _context.DisposeComponentsAsync();
        while (_harness.Get<ExecutionTrials>().ActiveCount > 0) await Task.Yield();
    }

    [Fact]
    public async Task A_test_is_cancelled_from_its_bar()
    {
        Gate();
        await _harness.Engine.CancelAsync(await _harness.ExecuteAsync(_workflow, """{ "x": 1 }"""), Xunit.TestContext.Current.CancellationToken);
        var page = Open();
        await ChooseAsync(page, "a");
        Press(page, "Test task");
        Wait(page, () => Assert.Equal(["Running"], StatusesOn(page)));
        Press(page, "Cancel");
        Wait(page, () => Assert.Equal(["Cancelled"], StatusesOn(page)));
        Assert.StartsWith("Test of a cancelled", Announced(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_workflow_on_the_same_page_has_neither_the_paint_nor_the_pins_nor_the_values_of_the_one_before()
    {
        InBrowser("""{"a":{"value":"kept"}}""");
        var id = await _harness.ExecuteAsync(_workflow, """{ "x": 1 }""");
        await _harness.EndAsync(id);
        var other = await _harness.SaveAsync(Tasks);
        var page = Open($"?execution={id}");
        Wait(page, () => Assert.Equal(["Completed", "Completed"], StatusesOn(page)));
        page.WaitForElement("[data-ref=a] .card-pin");

        _context.Services.GetRequiredService<NavigationManager>().NavigateTo(Addresses.Workflow(other));
        page.Render(parameters => parameters.Add(shown => shown.Id, other));
        Wait(page, () => Assert.Empty(StatusesOn(page)));
        Assert.Empty(page.FindAll(".card-pin"));
        await ChooseAsync(page, "b");
        Assert.Empty(page.FindAll("output"));
    }

    private TaskCompletionSource Gate()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _harness.Script.Behaviour = async (input, _, token) =>
        {
            await gate.Task.WaitAsync(token);
            return new ScriptedTask.Output(input.Value);
        };
        return gate;
    }

    private void InBrowser(string? pins)
    {
        var module = _context.JSInterop.SetupModule("/js/pins.js");
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<string?>("read", call => pins is null || call.Arguments[0] is string key && key.EndsWith(_workflow, StringComparison.Ordinal)).SetResult(pins);
        module.Setup<bool>("write", _ => true).SetResult(true);
    }

    private IRenderedComponent<WorkflowPage> Open(string query = "")
    {
        _context.Services.GetRequiredService<NavigationManager>().NavigateTo(Addresses.Workflow(_workflow) + query);
        return _context.Render<WorkflowPage>(parameters => parameters.Add(page => page.Id, _workflow));
    }

    private static Task ChooseAsync(IRenderedComponent<WorkflowPage> page, string taskRef) =>
        page.InvokeAsync(() => page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(new CanvasAction("select", [taskRef])));

    private static void Press(IRenderedComponent<WorkflowPage> page, string word) => page.FindAll("button").Single(button => button.TextContent.Trim() == word).Click();

    private static IEnumerable<string> StatusesOn(IRenderedComponent<WorkflowPage> page) => page.FindAll(".card-status > span:not(.card-note)").Select(status => status.TextContent);

    private static string Announced(IRenderedComponent<WorkflowPage> page) => page.Find("[role=status].visually-hidden").TextContent;

    /// <summary>What is drawn comes after a pause, and the clock is in the test's hand: it goes on until what is asked for is seen.</summary>
    private void Wait(IRenderedComponent<WorkflowPage> page, Action assertion)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Yield())
        {
            _harness.Clock.Advance(TimeSpan.FromMilliseconds(200));
            try
            {
                page.InvokeAsync(assertion).GetAwaiter().GetResult();
                return;
            }
            catch (Exception e) when ((e is XunitException or ElementNotFoundException or InvalidOperationException) && waited.Elapsed < TimeSpan.FromSeconds(20))
            {
            }
        }
    }
}
