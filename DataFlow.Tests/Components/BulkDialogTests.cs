using Bunit;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Executions;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace DataFlow.Tests.Components;

public sealed class BulkDialogTests : IAsyncLifetime
{
    private EngineHarness _harness = null!;
    private BunitContext _context = null!;
    private IRenderedComponent<MudDialogProvider> _dialogs = null!;
    private string _workflow = "";
    private int _changed;

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _harness = await EngineHarness.StartAsync();
        _context = PageContext.Create(_harness.Clock);
        _context.Services.AddSingleton(_harness.Engine);
        _context.Services.AddSingleton<IIdGenerator, RandomIdGenerator>();
        _context.Render<MudPopoverProvider>();
        _dialogs = _context.Render<MudDialogProvider>();
        _workflow = await _harness.SaveAsync("""{ "ref": "wait", "type": "Flow.Wait", "input": { "seconds": 3600 } }""");
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _harness.DisposeAsync();
    }

    [Fact]
    public async Task It_says_how_many_and_which_before_and_what_came_of_it_after()
    {
        var running = await _harness.ExecuteAsync(_workflow);
        // Newest first: two of one moment have no order.
        _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        var ended = await EndedAsync();
        await OpenAsync(BulkAction.Cancel, await ChosenAsync(running, ended));

        Assert.Equal("Cancel 1 execution?", _dialogs.Find("h2").TextContent);
        Assert.Equal("1 of 2 will be cancelled.", _dialogs.Find("[role=status]").TextContent);
        Assert.Equal([ended, running], _dialogs.FindAll("ul[aria-label=Chosen] code").Select(code => code.TextContent));
        Assert.Contains("The execution has ended: CANCELLED.", _dialogs.Markup, StringComparison.Ordinal);

        await PressAsync("Cancel 1 execution");
        _dialogs.WaitForAssertion(() => Assert.Equal("1 cancelled, 1 refused.", _dialogs.Find("[role=status]").TextContent.Trim()));
        Assert.Equal(ended, _dialogs.Find(".bulk-reasons a").TextContent);
        Assert.Equal(ExecutionStatus.Cancelled, (await _harness.Engine.GetExecutionAsync(null, running, Token)).Value!.Status);
        Assert.Equal(1, _changed);
    }

    [Fact]
    public async Task Nothing_is_offered_where_nothing_can_be_done()
    {
        await OpenAsync(BulkAction.Delete, await ChosenAsync(await _harness.ExecuteAsync(_workflow)));
        Assert.Equal("None of them can be deleted: only what has ended can.", _dialogs.Find("[role=status]").TextContent);
        Assert.True(Button("Delete 0 executions").HasAttribute("disabled"));
    }

    [Fact]
    public async Task All_that_match_are_changed_and_what_came_after_the_choice_is_not()
    {
        for (var i = 0; i < 30; i++) await _harness.ExecuteAsync(_workflow);
        _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        var all = ExecutionSelection.All(new ExecutionQuery(WorkflowId: _workflow), _harness.Clock.GetUtcNow(), 30);
        var later = await _harness.ExecuteAsync(_workflow);
        await OpenAsync(BulkAction.Cancel, all);
        Assert.Equal("30 executions of those that match will be cancelled: those that have not ended.", _dialogs.Find("[role=status]").TextContent);

        await PressAsync("Cancel 30 executions");
        _dialogs.WaitForAssertion(() => Assert.Equal("30 executions cancelled.", _dialogs.Find("[role=status]").TextContent.Trim()));
        Assert.NotEqual(ExecutionStatus.Cancelled, (await _harness.Engine.GetExecutionAsync(null, later, Token)).Value!.Status);
    }

    [Fact]
    public async Task A_replay_from_the_start_runs_with_the_same_input()
    {
        var echo = await _harness.SaveAsync("""{ "ref": "say", "type": "Test.Pure", "input": { "value": "{{ input.x }}" } }""");
        var source = await _harness.ExecuteAsync(echo, """{ "x": 7 }""");
        await _harness.EndAsync(source);
        await OpenAsync(BulkAction.Replay, await ChosenAsync(source));
        _dialogs.FindAll("input[type=radio]")[1].Change(true);
        await PressAsync("Replay 1 execution");
        _dialogs.WaitForAssertion(() => Assert.StartsWith("1 execution replayed.", _dialogs.Find("[role=status]").TextContent.Trim(), StringComparison.Ordinal));
        var rows = (await _harness.Engine.ListExecutionsAsync(new ExecutionQuery(WorkflowId: echo), Token)).Value!.Items;
        var replay = Assert.Single(rows, row => row.ReplayOf == source);
        Assert.Equal("""{"x":7}""", (await _harness.Engine.GetExecutionAsync(null, replay.Id, Token)).Value!.Input.GetRawText().Replace(" ", "", StringComparison.Ordinal));
    }

    private async Task<string> EndedAsync()
    {
        _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        var id = await _harness.ExecuteAsync(_workflow);
        await _harness.Engine.CancelAsync(id, Token);
        return id;
    }

    private async Task<ExecutionSelection> ChosenAsync(params string[] ids)
    {
        var rows = (await _harness.Engine.ListExecutionsAsync(new ExecutionQuery(100), Token)).Value!.Items;
        return ids.Aggregate(ExecutionSelection.None, (chosen, id) => chosen.Toggle(rows, id, range: false));
    }

    private async Task OpenAsync(BulkAction action, ExecutionSelection chosen)
    {
        var dialog = _context.Render<BulkDialog>(p => p.Add(d => d.Action, action).Add(d => d.Selection, chosen).Add(d => d.Shown, []).Add(d => d.OnChanged, () => _changed++));
        await dialog.InvokeAsync(() => dialog.Render(p => p.Add(d => d.Visible, true)));
        _dialogs.WaitForAssertion(() => Assert.NotEmpty(_dialogs.FindAll("ul[aria-label=Chosen]")));
    }

    private AngleSharp.Dom.IElement Button(string words) => _dialogs.FindAll("button").Single(button => button.TextContent.Trim() == words);

    private Task PressAsync(string words) => Button(words).ClickAsync(new());
}
