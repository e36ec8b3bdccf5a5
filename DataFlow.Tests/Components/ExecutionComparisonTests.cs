using System.Text;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Journals;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class ExecutionComparisonTests
{
    private static ComparedExecution Recorded(string name, Func<Execution, Execution>? change = null)
    {
        var journal = RecordedJournal.Read(name);
        var execution = journal.Fold(journal.Events.Length);
        return new ComparedExecution(new ExecutionHistory(change?.Invoke(execution) ?? execution, journal.Events), DefinitionDocument.Parse(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(journal.Definition.GetRawText()))));
    }

    [Theory]
    [MemberData(nameof(JournalMomentsTests.Recorded), MemberType = typeof(JournalMomentsTests))]
    public void An_execution_does_not_differ_from_itself(string name)
    {
        var one = Recorded(name);
        var comparison = ExecutionComparison.Of(one, one, PageContext.Noon);
        Assert.All(comparison.Tasks, task => Assert.True(task.IsSame, task.Ref));
        Assert.Equal(one.Execution.Tasks.Select(run => run.Ref), comparison.Tasks.Select(task => task.Ref));
        Assert.Empty(comparison.Input);
        Assert.Empty(comparison.Output);
        Assert.Empty(comparison.Definition);
    }

    [Fact]
    public void Another_status_and_another_output_are_told_task_by_task()
    {
        var comparison = ExecutionComparison.Of(Recorded("completed"), Recorded("completed", execution => execution with
        {
            Tasks = execution.Tasks.SetItem(0, execution.Tasks[0] with { Status = TaskRunStatus.Failed, Output = null }),
        }), PageContext.Noon);
        Assert.False(comparison.Tasks[0].IsSame);
        Assert.NotEmpty(comparison.Tasks[0].Output);
        Assert.All(comparison.Tasks.Skip(1), task => Assert.True(task.IsSame));
    }

    [Fact]
    public void Tasks_that_only_one_of_them_has_are_listed_too()
    {
        var (before, after) = (Recorded("completed"), Recorded("retried"));
        var comparison = ExecutionComparison.Of(before, after, PageContext.Noon);
        Assert.Equal(before.Execution.Tasks.Concat(after.Execution.Tasks).Select(run => run.Ref).ToHashSet(), [.. comparison.Tasks.Select(task => task.Ref)]);
    }

    [Fact]
    public void Another_version_shows_what_was_changed_in_the_definition()
    {
        var before = Recorded("completed");
        var after = Recorded("completed", execution => execution with { WorkflowVersion = execution.WorkflowVersion + 1 });
        var changed = after with { Definition = after.Definition!.With(root => root["name"] = "Another name") };
        Assert.Equal("name", Assert.Single(ExecutionComparison.Of(before, changed, PageContext.Noon).Definition).What);
    }

    [Fact]
    public void What_a_replay_took_over_does_not_differ_for_want_of_an_input()
    {
        var original = Recorded("completed");
        var replay = Recorded("completed", execution => execution with { Tasks = [.. execution.Tasks.Select(run => run with { Reused = true, Input = null, StartedAt = null })] });
        Assert.All(ExecutionComparison.Of(original, replay, PageContext.Noon).Tasks, task => Assert.True(task.IsSame && task.IsTakenOver));
    }
}
