using System.Collections.Immutable;
using Bunit;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class TaskRunPanelTests
{
    private static readonly TaskFailure Refused = new("http_status", "The page answered 503. Try later.", true, Ref: "download");

    private static IRenderedComponent<TaskRunPanel> Render(BunitContext context, Execution execution, TaskHistory? history = null, Action<string>? onReplay = null, string? view = null) =>
        context.Render<TaskRunPanel>(p => p
            .Add(c => c.Execution, execution).Add(c => c.Run, execution.Tasks[0]).Add(c => c.Place, new ExecutionPlace(execution.Id, execution.Tasks[0].Ref, view)).Add(c => c.CanReplay, execution.IsFinished).Add(c => c.History, history ?? TaskHistory.Empty)
            .Add(c => c.Now, PageContext.Noon.AddSeconds(3)).Add(c => c.OnReplayFrom, name => onReplay?.Invoke(name)));

    [Fact]
    public async Task A_failed_task_says_what_failed_and_what_to_do_and_offers_the_replay()
    {
        await using var context = PageContext.Create();
        var run = ExecutionExamples.Run("download", TaskRunStatus.Failed) with { Failure = Refused, Attempt = 1, Input = PageContext.Json("{}") };
        string? from = null;
        var panel = Render(context, ExecutionExamples.Failed(Refused, run), onReplay: name => from = name);
        Assert.Contains("http_status", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("The page answered 503.", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("Trying again can help", panel.Markup, StringComparison.Ordinal);
        panel.FindAll("button").Single(button => button.TextContent.Contains("Replay from this task", StringComparison.Ordinal)).Click();
        Assert.Equal("download", from);
    }

    [Fact]
    public async Task An_unfinished_execution_offers_no_replay()
    {
        await using var context = PageContext.Create();
        var run = ExecutionExamples.Run("download", TaskRunStatus.Running) with { Failure = Refused, Attempt = 1, RetryAt = PageContext.Noon.AddSeconds(13) };
        var panel = Render(context, ExecutionExamples.Running(run));
        Assert.DoesNotContain("Replay from this task", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("The next starts at 12:00:13, in 10 s", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_engine_does_about_a_failure_by_itself_is_said_in_place_of_advice()
    {
        await using var context = PageContext.Create();
        var failing = ExecutionExamples.Run("download", TaskRunStatus.Running) with { Failure = Refused, Attempt = 1 };
        foreach (var (run, words) in ((TaskRun, string)[])
        [
            (failing with { RetryAt = PageContext.Noon.AddSeconds(13) }, "it is tried again by itself"),
            (failing with { Fallback = true }, "its fallback task stands in"),
            (failing with { Status = TaskRunStatus.Failed, Handled = true }, "on_error let the execution go on"),
        ])
        {
            var note = Render(context, ExecutionExamples.Running(run)).Find("[aria-label='What failed']");
            Assert.Contains($"Nothing to do: {words}.", note.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain("Trying again can help", note.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_lasts_is_counted_on_by_the_browser_unless_a_moment_of_the_past_is_shown()
    {
        await using var context = PageContext.Create();
        var execution = ExecutionExamples.Running(ExecutionExamples.Run("download", TaskRunStatus.Running) with { StartedAt = PageContext.Noon, Attempt = 1 });
        var live = Render(context, execution);
        Assert.Equal("3 s", live.Find($"[data-since='{PageContext.Noon.ToUnixTimeMilliseconds()}']").TextContent);

        live.Render(p => p.Add(c => c.Until, PageContext.Noon.AddMilliseconds(1_400)).Add(c => c.Now, PageContext.Noon.AddMilliseconds(1_400)));

        Assert.Empty(live.FindAll("[data-since]"));
        Assert.Contains("1.4 s", live.Find("dl.facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_in_an_output_is_text_and_never_markup()
    {
        await using var context = PageContext.Create();
        var run = ExecutionExamples.Run("download", TaskRunStatus.Completed) with { Output = PageContext.Json("""{"html_content":"<script>alert(1)</script>\n<img src=x onerror=alert(1)>"}""") };
        var panel = Render(context, ExecutionExamples.Running(run));
        Assert.Empty(panel.FindAll("script, img"));
        Assert.Contains("<script>alert(1)</script>", panel.Find("pre").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_are_listed_with_their_failures()
    {
        await using var context = PageContext.Create();
        var run = ExecutionExamples.Run("download", TaskRunStatus.Completed) with { Attempt = 2 };
        var history = new TaskHistory(
        [
            new TaskAttempt(1, false, PageContext.Noon, PageContext.Noon.AddSeconds(1), TaskRunStatus.Failed, PageContext.Json("{}"), Refused),
            new TaskAttempt(2, false, PageContext.Noon.AddSeconds(2), PageContext.Noon.AddSeconds(3), TaskRunStatus.Completed, PageContext.Json("{}")),
        ], []);
        var items = Render(context, ExecutionExamples.Running(run), history, view: "attempts").FindAll("ol.attempts li");
        Assert.Equal(2, items.Count);
        Assert.Contains("Attempt 1", items[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("The page answered 503.", items[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Completed", items[0].TextContent, StringComparison.Ordinal);
        Assert.All(items, item => Assert.Contains("Input", item.TextContent, StringComparison.Ordinal));
    }
}
