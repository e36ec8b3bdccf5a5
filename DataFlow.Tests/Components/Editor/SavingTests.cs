using System.Collections.Immutable;
using Bunit;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Components.Editor;

/// <summary>What happens while a save is under way.</summary>
public sealed class SavingTests : IAsyncLifetime
{
    private EngineHarness _harness = null!;
    private BunitContext _context = null!;
    private IRenderedComponent<WorkflowPage> _page = null!;

    private GatedWorkflowStore Store => (GatedWorkflowStore)_harness.Get<IWorkflowStore>();

    public async ValueTask InitializeAsync()
    {
        _harness = await EngineHarness.StartWithAsync(static parts =>
            parts.AddSingleton<IWorkflowStore>(static provider => new GatedWorkflowStore(ActivatorUtilities.CreateInstance<InMemoryWorkflowStore>(provider))));
        _context = PageContext.ForEditor(_harness.Engine);
        _page = _context.Render<WorkflowPage>();
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _harness.DisposeAsync();
    }

    [Fact]
    public async Task A_new_workflow_that_is_asked_to_be_saved_again_before_it_has_its_id_stays_one()
    {
        var first = SaveByKeyAsync();
        var second = SaveByKeyAsync();
        Assert.Equal(1, Store.Asked);

        Store.Open();
        await Task.WhenAll(first, second);

        Assert.Single(await SavedAsync());
    }

    [Fact]
    public async Task What_is_typed_during_a_save_is_not_taken_for_saved_and_the_next_save_takes_it()
    {
        var first = SaveByKeyAsync();
        await Name.ChangeAsync(new() { Value = "Typed meanwhile" });

        Store.Open();
        await first;

        Assert.NotEqual("Typed meanwhile", Assert.Single(await SavedAsync()).Name);
        Assert.Contains("Unsaved changes", _page.Markup);

        await SaveByKeyAsync();
        Assert.Equal("Typed meanwhile", Assert.Single(await SavedAsync()).Name);
        Assert.DoesNotContain("Unsaved changes", _page.Markup);
    }

    [Fact]
    public async Task What_was_typed_before_a_save_was_asked_for_again_is_in_it()
    {
        var first = SaveByKeyAsync();
        await Name.ChangeAsync(new() { Value = "Typed meanwhile" });
        var second = SaveByKeyAsync();

        Store.Open();
        await Task.WhenAll(first, second);

        Assert.Equal("Typed meanwhile", Assert.Single(await SavedAsync()).Name);
    }

    private AngleSharp.Dom.IElement Name => _page.Find("input[aria-label='Name of the workflow']");

    private Task SaveByKeyAsync() => _page.InvokeAsync(() => _page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(new CanvasAction("key", Text: "save")));

    private async Task<ImmutableArray<WorkflowSummary>> SavedAsync() => [.. (await _harness.Engine.ListWorkflowsAsync(new WorkflowQuery(5), Xunit.TestContext.Current.CancellationToken)).Value!.Items];
}
