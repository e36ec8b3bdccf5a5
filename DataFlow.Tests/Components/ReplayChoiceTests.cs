using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class ReplayChoiceTests
{
    private static readonly Execution Failed = ExecutionExamples.Failed(new TaskFailure("timeout", "Too slow.", Ref: "b"), ExecutionExamples.Run("a", TaskRunStatus.Completed), ExecutionExamples.Run("b", TaskRunStatus.Failed));

    [Fact]
    public void From_what_failed_names_the_failed_task() =>
        Assert.Equal(("b", null), (new ReplayChoice(ReplayStart.Failed, null, false, null).ToRequest(Failed).Request!.FromRef, (object?)new ReplayChoice(ReplayStart.Failed, null, false, null).ToRequest(Failed).Request!.Input));

    [Fact]
    public void From_the_beginning_gives_the_input_again_so_that_everything_runs()
    {
        var request = new ReplayChoice(ReplayStart.All, "b", true, null).ToRequest(Failed).Request!;
        Assert.Null(request.FromRef);
        Assert.True(request.LatestVersion);
        Assert.Equal(Failed.Input.GetRawText(), request.Input?.GetRawText());
    }

    [Fact]
    public void From_a_task_keeps_the_edited_input()
    {
        var request = new ReplayChoice(ReplayStart.Task, "a", false, """{"url":"x"}""").ToRequest(Failed).Request!;
        Assert.Equal(("a", """{"url":"x"}"""), (request.FromRef, request.Input?.GetRawText()));
    }

    [Theory]
    [InlineData("{ oops")]
    [InlineData("[1]")]
    public void An_input_that_is_no_object_is_refused_before_it_is_sent(string text)
    {
        var (request, wrong) = new ReplayChoice(ReplayStart.All, null, false, text).ToRequest(Failed);
        Assert.Null(request);
        Assert.NotNull(wrong);
    }
}
