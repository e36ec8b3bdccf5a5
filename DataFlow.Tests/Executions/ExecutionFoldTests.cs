using DataFlow.Engine.Executions;
using static DataFlow.Tests.Executions.Given;

namespace DataFlow.Tests.Executions;

public sealed class ExecutionFoldTests
{
    [Fact]
    public void The_failure_of_an_attempt_is_told_until_the_next_one_starts()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 1, "delay": 10, "jitter": 0 } }""").After(Started, Fails("a"));
        Assert.NotNull(given.Run("a").Failure);

        given.Later(10).When(Tick);
        Assert.Equal((TaskRunStatus.Running, 2, null), (given.Run("a").Status, given.Run("a").Attempt, given.Run("a").Failure));

        given.When(Fails("a", 2));
        Assert.NotNull(given.Run("a").Failure);
    }
}
