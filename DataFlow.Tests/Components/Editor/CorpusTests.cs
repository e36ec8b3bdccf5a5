using System.Text.Json;
using Bunit;
using DataFlow.Tests.Support;
using DataFlow.Tests.Workflows;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Pages;
using DataFlow.Web.Components.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Components.Editor;

/// <summary>Every definition that is right is shown whole and is given back as it came.</summary>
public sealed class CorpusTests
{
    // A form differs by task type, not by position: of very many tasks these are looked into.
    private const int MostForms = 40;

    public static TheoryData<CorpusCase> Good() => [.. Corpus.Good];

    [Theory, MemberData(nameof(Good))]
    public async Task A_definition_is_shown_whole_and_comes_back_equal(CorpusCase given)
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var context = Context(harness);
        var saved = await harness.Engine.CreateWorkflowAsync(given.Bytes, Xunit.TestContext.Current.CancellationToken);
        Assert.True(saved.IsOk, string.Join(", ", saved.Refusal?.Problems.Select(problem => problem.Detail) ?? []));
        var stored = (await harness.Engine.GetWorkflowAsync(saved.Value.WorkflowId, null, Xunit.TestContext.Current.CancellationToken)).Value!.Definition;

        var page = context.Render<WorkflowPage>(parameters => parameters.Add(shown => shown.Id, saved.Value.WorkflowId));
        var tasks = stored.GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal(tasks.Select(RefOf), page.FindAll(".task-card").Select(card => card.GetAttribute("data-ref")!));
        Assert.Equal("Valid", page.Find(".validity span").TextContent);
        IsUntouched(page);

        for (var i = 0; i < tasks.Count; i += Math.Max(1, tasks.Count / MostForms)) await ShowsAsync(page, tasks[i]);
        foreach (var end in new[] { "inputs", "outputs" }) await Do(page, new CanvasAction("end", Text: end));
        IsUntouched(page);

        await page.InvokeAsync(() => page.Find("input[aria-label='Name of the workflow']").ChangeAsync(new() { Value = "Another name" }));
        Assert.Contains("Unsaved changes", page.Markup, StringComparison.Ordinal);
        await page.Find("button[aria-label^=Undo]").ClickAsync(new());
        IsUntouched(page);
        await page.Find("#tab-json").ClickAsync(new());
        using var text = JsonDocument.Parse(page.FindComponent<DefinitionEditor>().Instance.Text, new() { MaxDepth = 128 });
        Assert.True(JsonElement.DeepEquals(stored, text.RootElement));
    }

    private static string RefOf(JsonElement task) => task.GetProperty("ref").GetString()!;

    private static Task Do(IRenderedComponent<WorkflowPage> page, CanvasAction action) => page.InvokeAsync(() => page.FindComponent<WorkflowCanvas>().Instance.OnCanvasAsync(action));

    /// <summary>The form of a task has a field for every member of its input, and every text of it stands in one.</summary>
    private static async Task ShowsAsync(IRenderedComponent<WorkflowPage> page, JsonElement task)
    {
        await Do(page, new CanvasAction("select", [RefOf(task)]));
        var form = page.FindComponent<TaskInspector>();
        Assert.Equal(RefOf(task), form.Instance.TaskRef);
        if (!task.TryGetProperty("input", out var input)) return;
        var names = form.FindAll(".name").Select(name => name.TextContent.Trim()).ToHashSet();
        Assert.All(input.EnumerateObject(), member => Assert.True(names.Contains(member.Name) || names.Contains("input"), $"{RefOf(task)}: {member.Name} has no field."));
        var values = form.FindAll("input, textarea").Select(field => field.GetAttribute("value") ?? field.TextContent).Select(Lines).ToHashSet();
        foreach (var member in input.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
            Assert.True(values.Contains(Lines(member.Value.GetString()!)) || form.FindAll("select").Count > 0 || names.Contains("input"), $"{RefOf(task)}: the value of {member.Name} stands nowhere.");
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n").Trim();

    private static void IsUntouched(IRenderedComponent<WorkflowPage> page) => Assert.DoesNotContain("Unsaved changes", page.Markup, StringComparison.Ordinal);

    private static BunitContext Context(EngineHarness harness) => PageContext.ForEditor(harness.Engine);
}
