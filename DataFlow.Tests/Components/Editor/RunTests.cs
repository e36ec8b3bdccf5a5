using System.Collections.Immutable;
using System.Text.Json;
using Bunit;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

/// <summary>How a run and a test are told: on cards, on edges, beside a task.</summary>
public sealed class RunTests
{
    private static readonly TaskRun Ended = ExecutionExamples.Run("a", TaskRunStatus.Completed) with { Attempt = 1, StartedAt = PageContext.Noon, CompletedAt = PageContext.Noon.AddSeconds(2) };

    [Fact]
    public void A_note_says_how_long_which_attempt_and_why()
    {
        var now = PageContext.Noon.AddSeconds(12);
        var shown = ExecutionExamples.Running(
            Ended,
            ExecutionExamples.Run("b", TaskRunStatus.Running) with { Attempt = 2, StartedAt = PageContext.Noon },
            ExecutionExamples.Run("c", TaskRunStatus.Running) with { Attempt = 1, StartedAt = PageContext.Noon, RetryAt = now.AddSeconds(5) },
            ExecutionExamples.Run("d", TaskRunStatus.Failed) with { Attempt = 1, Failure = new TaskFailure("timeout", "Too slow.") },
            ExecutionExamples.Run("e"));
        var facts = RunFacts.Of(shown, isTest: false, ["e", "a"], now);

        Assert.Equal("2.0 s", facts["a"].Words);
        Assert.Equal("12 s, attempt 2", facts["b"].Words);
        Assert.Equal("attempt 2 in 5 s", facts["c"].Words);
        Assert.Equal("timeout", facts["d"].Words);
        Assert.Equal(["a", "e"], facts.Where(fact => fact.Value.IsPinned).Select(fact => fact.Key).Order());
    }

    [Fact]
    public void What_a_test_was_not_given_is_not_painted()
    {
        var test = ExecutionExamples.Running(ExecutionExamples.Run("a", TaskRunStatus.Skipped) with { Reused = true }, ExecutionExamples.Run("b", TaskRunStatus.Completed) with { Reused = true });
        Assert.Equal(["b"], RunFacts.Statuses(test).Keys);
        Assert.Equal(new CanvasFact("given", IsPinned: false, IsTest: true), RunFacts.Of(test, isTest: true, [], PageContext.Noon)["b"]);
    }

    [Fact]
    public async Task A_card_says_status_note_and_pin_in_words_too()
    {
        await using var context = PageContext.Create();
        var card = CanvasModel.Of(DefinitionDocument.Parse("""{"tasks":[{"ref":"a","type":"Echo"}]}""")!, TestCatalog.Instance, []).Cards[0];
        var shown = context.Render<WorkflowCanvasCard>(p => p.Add(c => c.Card, card).Add(c => c.Status, TaskRunStatus.Completed).Add(c => c.Fact, new CanvasFact("2.0 s", IsPinned: true, IsTest: true)));

        Assert.Equal("Completed", shown.Find(".card-status").TextContent.Trim());
        Assert.Equal("2.0 s", shown.Find(".card-fact").TextContent.Trim());
        Assert.Contains("Echo Completed 2.0 s, in a test, output pinned", shown.Find("button").GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.NotNull(shown.Find(".card-pin"));
    }

    [Fact]
    public async Task Edges_tell_what_was_taken_from_what_was_passed_by()
    {
        await using var context = PageContext.Create();
        var model = CanvasModel.Of(
            DefinitionDocument.Parse("""{"tasks":[{"ref":"a","type":"Echo"},{"ref":"b","type":"Echo","depends_on":["a"]},{"ref":"c","type":"Echo","depends_on":["a"]},{"ref":"d","type":"Echo","depends_on":["a"]}]}""")!, TestCatalog.Instance, []);
        var statuses = ImmutableDictionary.CreateRange([
            KeyValuePair.Create("a", TaskRunStatus.Completed), KeyValuePair.Create("b", TaskRunStatus.Skipped), KeyValuePair.Create("c", TaskRunStatus.Running), KeyValuePair.Create("d", TaskRunStatus.Pending)]);
        var edges = context.Render<WorkflowCanvasEdges>(p => p.Add(e => e.Model, model).Add(e => e.Statuses, statuses));
        string Of(string? from, string? to) => edges.FindAll("path.edge")[model.Edges.Select((edge, index) => (edge, index)).Single(each => each.edge.From == from && each.edge.To == to).index].ClassName!;

        Assert.EndsWith(" taken", Of(null, "a"), StringComparison.Ordinal);
        Assert.EndsWith(" left", Of("a", "b"), StringComparison.Ordinal);
        Assert.EndsWith(" taken live", Of("a", "c"), StringComparison.Ordinal);
        Assert.Equal("edge", Of("a", "d").Trim());
        Assert.EndsWith(" left", Of("b", null), StringComparison.Ordinal);

        edges.Render(p => p.Add(e => e.Model, model).Add(e => e.Statuses, statuses.Remove("d").SetItem("c", TaskRunStatus.Completed)));
        Assert.Equal("edge outer", Of("c", null));
    }

    [Fact]
    public void A_field_begins_with_what_is_known_or_with_what_is_named()
    {
        var output = new TrialOutput("a", IsGiven: false, [["page", "title"], ["page"], ["length"], []]);
        Assert.Equal("""{"page":{"title":null},"length":null}""", JsonSerializer.Serialize(JsonElement.Parse(new TrialField(output, null).Text)));
        Assert.Equal("""{"length":3}""", JsonSerializer.Serialize(new TrialField(output, JsonElement.Parse("""{ "length": 3 }""")).Read()!.Value));
    }

    [Fact]
    public void A_field_that_is_no_JSON_says_so_and_a_long_value_is_used_unseen()
    {
        var output = new TrialOutput("a", IsGiven: true, []);
        var field = new TrialField(output, JsonElement.Parse("1")) { Text = "{ \"a\":\n nonsense" };
        Assert.Null(field.Read());
        Assert.Contains("line 2", field.Wrong, StringComparison.Ordinal);

        var large = new TrialField(output, JsonSerializer.SerializeToElement(new string('x', TrialField.LongestShown)));
        Assert.Equal("", large.Text);
        Assert.Equal(TrialField.LongestShown, large.Read()!.Value.GetString()!.Length);
        large.Replace();
        Assert.Equal(JsonValueKind.Object, large.Read()!.Value.ValueKind);
    }

    [Fact]
    public async Task The_part_of_a_task_shows_its_end_and_offers_to_pin_what_it_gave()
    {
        await using var context = PageContext.Create();
        var pinned = new List<string>();
        var run = Ended with { Output = PageContext.Json("""{"x":1}"""), Input = PageContext.Json("""{"y":2}""") };
        var part = context.Render<RunTaskPart>(p => p
            .Add(c => c.Execution, ExecutionExamples.Running(run)).Add(c => c.Run, run).Add(c => c.Now, PageContext.Noon).Add(c => c.OnPin, output => pinned.Add(output.GetRawText())));

        Assert.Equal("Completed", part.Find(".chip").TextContent);
        Assert.Contains("2.0 s", part.Markup, StringComparison.Ordinal);
        part.FindAll("button").Single(button => button.TextContent == "Pin output").Click();
        Assert.Equal(["""{"x":1}"""], pinned);
    }

    [Fact]
    public void A_task_that_tells_how_far_it_is_says_so_on_its_card_until_its_attempt_is_over()
    {
        var told = new Dictionary<string, TaskProgress> { ["b"] = new("b", 2, PageContext.Noon, 50, 2, 4, "parts", null) };
        CanvasFact? Of(TaskRun run) => RunFacts.Of(ExecutionExamples.Running(run), isTest: true, [], PageContext.Noon.AddSeconds(3), told).GetValueOrDefault("b");
        var running = ExecutionExamples.Run("b", TaskRunStatus.Running) with { Attempt = 2, StartedAt = PageContext.Noon };

        Assert.Equal(new CanvasFact("50 %, 2 of 4 parts", 0.5, IsPinned: false, IsTest: true), Of(running));
        Assert.Equal("3 s, attempt 3", Of(running with { Attempt = 3 })!.Words);
        Assert.Null(Of(running with { RetryAt = PageContext.Noon.AddSeconds(5) })!.Fraction);
        Assert.Null(Of(running with { Status = TaskRunStatus.Completed, CompletedAt = PageContext.Noon })!.Fraction);
    }

    [Fact]
    public async Task What_a_tested_task_wrote_stands_beside_it_and_nothing_of_other_tasks()
    {
        await using var context = PageContext.Create();
        var run = Ended with { Output = PageContext.Json("1") };
        var part = context.Render<RunTaskPart>(p => p
            .Add(c => c.Execution, ExecutionExamples.Running(run)).Add(c => c.Run, run).Add(c => c.IsTest, true).Add(c => c.Now, PageContext.Noon)
            .Add(c => c.Lines, [
                new TaskLogLine(1, PageContext.Noon, "a", 1, TaskLogLevel.Information, "Reads the page.\nTwo parts."),
                new TaskLogLine(2, PageContext.Noon, "b", 1, TaskLogLevel.Information, "Of another task."),
                new TaskLogLine(3, PageContext.Noon, "a", 1, TaskLogLevel.Warning, "One is empty.")]));

        Assert.Equal(["Reads the page.", "Two parts.", "warning: One is empty."], part.FindAll("[role=log] .log-text").Select(text => text.TextContent));
        Assert.Contains("3 lines", part.Find("details:has([role=log]) summary").TextContent, StringComparison.Ordinal);
        Assert.Empty(part.FindAll("a[href*=executions]"));
    }

    [Fact]
    public async Task Of_an_execution_the_way_leads_to_the_page_that_has_its_log()
    {
        await using var context = PageContext.Create();
        var execution = ExecutionExamples.Running(Ended);
        var part = context.Render<RunTaskPart>(p => p.Add(c => c.Execution, execution).Add(c => c.Run, Ended).Add(c => c.Now, PageContext.Noon));

        Assert.Equal(DataFlow.Web.Components.Addresses.Execution(execution.Id, "a"), part.Find("a").GetAttribute("href"));
    }

    [Fact]
    public async Task A_pin_is_edited_as_JSON_and_only_whole_JSON_is_taken()
    {
        await using var context = PageContext.Create();
        var pinned = new List<string>();
        var part = context.Render<RunTaskPart>(p => p.Add(c => c.Pin, PageContext.Json("1")).Add(c => c.OnPin, output => pinned.Add(output.GetRawText())));

        part.Find("textarea").Change("{");
        Assert.Equal("true", part.Find("textarea").GetAttribute("aria-invalid"));
        Assert.Empty(pinned);
        part.Find("textarea").Change("[2]");
        Assert.Equal(["[2]"], pinned);
    }

    [Fact]
    public void More_pins_than_a_browser_keeps_are_too_large()
    {
        var half = JsonSerializer.SerializeToElement(new string('x', PinStore.Most / 2));
        Assert.False(PinStore.AreTooLarge(PinStore.None.Add("a", half)));
        Assert.True(PinStore.AreTooLarge(PinStore.None.Add("a", half).Add("b", half)));
    }
}
