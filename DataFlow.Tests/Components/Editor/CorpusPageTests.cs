using System.Text;
using System.Text.Json.Nodes;
using Bunit;
using DataFlow.Engine;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;
using DataFlow.Tests.Workflows;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Components.Editor;

/// <summary>Every definition the engine takes goes through the editor unharmed.</summary>
public sealed class CorpusPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    public static TheoryData<CorpusCase> Good() => [.. Corpus.Good];

    [Theory, MemberData(nameof(Good))]
    public async Task A_good_definition_is_a_card_per_task_and_saves_back_equal_untouched_looked_through_and_after_undo(CorpusCase given)
    {
        var token = Xunit.TestContext.Current.CancellationToken;
        var engine = fixture.Server.Get<WorkflowEngine>();
        var created = (await engine.CreateWorkflowAsync(given.Bytes, token)).Value!;
        var kept = JsonNode.Parse((await engine.GetWorkflowAsync(created.WorkflowId, null, token)).Value!.Definition.GetRawText())!;
        EqualJson(JsonNode.Parse(Encoding.UTF8.GetString(given.Bytes.Span).TrimStart('\uFEFF'), documentOptions: EngineJson.DocumentOptions)!, kept);
        await using var context = Context(engine);

        var page = context.Render<WorkflowPage>(p => p.Add(shown => shown.Id, created.WorkflowId));
        var refs = kept["tasks"]!.AsArray().Select(task => (string)task!["ref"]!).ToList();
        Assert.Equal(refs.Order(), page.FindAll(".task-card").Select(card => card.GetAttribute("data-ref")).Order());
        Assert.Equal("Valid", page.Find(".validity span").TextContent);
        IsUnchanged(page, kept);

        foreach (var name in refs)
        {
            await Do(page, new CanvasAction("select", [name]));
            Assert.Equal(name, page.FindComponent<TaskInspector>().Instance.TaskRef);
        }
        await Do(page, new CanvasAction("select", []));
        foreach (var tab in new[] { "#tab-outline", "#tab-problems" }) await ClickAsync(page, tab);
        IsUnchanged(page, kept);

        await RenameAsync(page);
        Assert.Contains("Unsaved changes", page.Markup, StringComparison.Ordinal);
        await ClickAsync(page, "button[aria-label^=Undo]");
        IsUnchanged(page, kept);

        // What is saved after an edit differs by that edit alone, and saved back it is what it was.
        await RenameAsync(page);
        await SaveAsync(page);
        var edited = kept.DeepClone();
        edited["name"] = "Another name";
        EqualJson(edited, await StoredAsync(engine, created.WorkflowId, 2));
        await ClickAsync(page, "button[aria-label^=Undo]");
        await SaveAsync(page);
        EqualJson(kept, await StoredAsync(engine, created.WorkflowId, 3));
    }

    private static BunitContext Context(WorkflowEngine engine)
    {
        var context = PageContext.ForEditor(engine);
        InspectorForm.CaretAtEnd(context);
        return context;
    }

    // On the page's own thread: between looking and doing it may draw itself anew.
    private static Task ClickAsync(IRenderedComponent<WorkflowPage> page, string selector) => page.InvokeAsync(() => page.Find(selector).ClickAsync(new()));

    private static Task RenameAsync(IRenderedComponent<WorkflowPage> page) =>
        page.InvokeAsync(() => page.Find("input[aria-label='Name of the workflow']").ChangeAsync(new() { Value = "Another name" }));

    private static Task Do(IRenderedComponent<WorkflowPage> page, CanvasAction action) => page.InvokeAsync(() => page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(action));

    private static Task SaveAsync(IRenderedComponent<WorkflowPage> page) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Save").ClickAsync(new()));

    private static void IsUnchanged(IRenderedComponent<WorkflowPage> page, JsonNode expected)
    {
        Assert.DoesNotContain("Unsaved changes", page.Markup, StringComparison.Ordinal);
        EqualJson(expected, page.FindComponent<WorkflowSettingsEditor>().Instance.Document.ToTree());
    }

    private static async Task<JsonNode> StoredAsync(WorkflowEngine engine, string id, int version) =>
        JsonNode.Parse((await engine.GetWorkflowAsync(id, version, Xunit.TestContext.Current.CancellationToken)).Value!.Definition.GetRawText())!;

    /// <summary>Members in another order, or a number written in another way, would be a difference to whoever reads versions.</summary>
    private static void EqualJson(JsonNode expected, JsonNode actual) => Assert.Equal(expected.ToJsonString(), actual.ToJsonString());
}
