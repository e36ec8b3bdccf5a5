using System.Text;
using System.Text.Json;
using CsCheck;
using DataFlow.Engine.Executions;

namespace DataFlow.Tests.Executions;

/// <summary>Random workflows, random outcomes, a crash after every append: what must hold whatever happens.</summary>
public sealed class ExecutionPropertyTests
{
    /// <summary>Task types by index; the last is a durable wait.</summary>
    private static readonly string[] Types = ["Test.Pure", "Test.Idempotent", "Test.Unsafe"];

    private sealed record Shape(string Definition, int Seed);

    private static readonly Gen<Shape> Shapes =
        from count in Gen.Int[1, 8]
        from tasks in TaskText.Array[count]
        from timeout in Gen.Int[0, 9]
        from seed in Gen.Int
        select new Shape(Document(tasks, timeout == 0 ? 500 : null), seed);

    private static Gen<(int Type, int Deps, int When, int Retry, int OnError, int Timeout)> TaskText =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 255], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 4]);

    private static string Document((int Type, int Deps, int When, int Retry, int OnError, int Timeout)[] tasks, int? timeout)
    {
        var text = new StringBuilder("""{ "name": "random", """);
        if (timeout is not null) text.Append($"\"timeout\": {timeout}, ");
        text.Append(""" "input": [{ "name": "x", "type": "integer", "default": 3 }], "tasks": [""");
        for (var i = 0; i < tasks.Length; i++)
        {
            var (type, deps, when, retry, onError, limit) = tasks[i];
            if (i > 0) text.Append(',');
            text.Append($$"""{ "ref": "t{{i}}" """);
            if (type == 3) text.Append(""", "type": "Flow.Wait", "input": { "seconds": 40 } """);
            else text.Append($$""", "type": "{{Types[type]}}", "input": { "value": "{{"{{input.x}}"}}" } """);
            // A third keeps the list order, the others name a random set of earlier tasks.
            if (deps % 3 != 0) text.Append($", \"depends_on\": [{string.Join(',', Enumerable.Range(0, i).Where(before => (deps >> before & 1) == 1).Select(before => $"\"t{before}\""))}]");
            if (when == 0) text.Append(""", "when": "{{ input.x > 5 }}" """);
            if (when == 1) text.Append(""", "when": "{{ input.x < 5 }}" """);
            if (retry > 0) text.Append($$""", "retry": { "attempts": {{retry}}, "delay": {{retry * 2}}, "jitter": 0.5 } """);
            text.Append(onError switch
            {
                0 => """, "on_error": "continue" """,
                1 when type != 3 => """, "on_error": { "value": { "value": 1 } } """,
                2 when type != 3 => """, "on_error": { "task": { "type": "Test.Idempotent", "input": {} } } """,
                _ => "",
            });
            if (limit == 0) text.Append(""", "timeout": 25 """);
            text.Append('}');
        }
        return text.Append("""], "output": [{ "name": "x", "type": "integer", "value": "{{input.x}}" }] }""").ToString();
    }

    /// <summary>Drives an execution with a seeded hand until it ends; the hand may also crash, cancel, pause and stop the host.</summary>
    private static Given Drive(Shape shape, bool faults)
    {
        var given = Given.Definition(shape.Definition, """{ "x": 3 }""");
        var hand = new Random(shape.Seed);
        given.When(Given.Started);
        for (var moves = 0; !given.Execution.IsFinished; moves++)
        {
            Assert.True(moves < 2_000, "It does not end:\n" + shape.Definition);
            Move(given, hand, faults && moves < 200);
        }
        return given;
    }

    private static void Move(Given given, Random hand, bool faults)
    {
        var running = given.Execution.Tasks.Where(run => run is { Status: TaskRunStatus.Running, AttemptStartedAt: not null, WaitUntil: null }).ToArray();
        switch (hand.Next(faults ? 12 : 6))
        {
            case 6: given.When(Given.Recover); break;
            case 7 when hand.Next(8) == 0: given.When(Given.Cancel); break;
            case 8: given.When(new ExecutionCommand.Pause()); break;
            case 9: given.When(new ExecutionCommand.HostStopping()); given.When(Given.Recover); break;
            case 10: given.When(Given.Succeeds("t0", hand.Next(3))); break;
            case 0 or 1 when running.Length > 0:
                var failing = running[hand.Next(running.Length)];
                given.When(Given.Fails(failing.Ref, failing.Attempt, retryable: hand.Next(4) > 0), hand.NextDouble());
                break;
            case 2 or 3 when running.Length > 0:
                var ending = running[hand.Next(running.Length)];
                given.When(Given.Succeeds(ending.Ref, ending.Attempt));
                break;
            default:
                if (given.Execution.PausedAt is not null) given.When(new ExecutionCommand.Resume());
                given.Later(hand.Next(30)).When(Given.Tick);
                break;
        }
    }

    [Fact]
    public void Folding_the_journal_gives_the_live_state() => Shapes.Sample(
        shape =>
        {
            var given = Drive(shape, faults: true);
            Assert.Equal(Given.Whole(given.Execution), Given.Whole(given.Outline.Fold("ex-test", given.Journal.ToArray())));
            Assert.Equal(given.Journal.Count, given.Execution.Sequence);
        },
        iter: 400);

    [Fact]
    public void The_journal_survives_its_json() => Shapes.Sample(
        shape =>
        {
            var given = Drive(shape, faults: true);
            var text = JsonSerializer.Serialize(given.Journal, Engine.EngineJson.Options);
            var read = JsonSerializer.Deserialize<ExecutionEvent[]>(text, Engine.EngineJson.Options)!;
            Assert.Equal(Given.Whole(given.Execution), Given.Whole(given.Outline.Fold("ex-test", read)));
        },
        iter: 200);

    [Fact]
    public void Whatever_happens_the_order_holds_and_no_attempt_is_too_many() => Shapes.Sample(
        shape =>
        {
            var given = Drive(shape, faults: true);
            CheckOrder(given);
        },
        iter: 400);

    [Fact]
    public void After_a_crash_at_any_append_it_ends_and_repeats_no_ended_task() => Shapes.Sample(
        shape =>
        {
            var whole = Drive(shape, faults: false);
            foreach (var length in whole.Appends.SkipLast(1))
            {
                var crashed = Given.Definition(shape.Definition, """{ "x": 3 }""");
                crashed.Restore(whole.Journal.Take(length));
                var ended = crashed.Execution.Tasks.Where(run => run.IsFinished).Select(run => run.Ref).ToHashSet();
                var hand = new Random(shape.Seed + length);
                crashed.When(Given.Recover);
                for (var moves = 0; !crashed.Execution.IsFinished; moves++)
                {
                    Assert.True(moves < 2_000, $"It does not end after a crash at {length}:\n{shape.Definition}");
                    Move(crashed, hand, faults: false);
                }
                Assert.DoesNotContain(crashed.Journal.Skip(length), e => e is TaskStarted started && ended.Contains(started.Ref));
                CheckOrder(crashed);
            }
        },
        iter: 60);

    [Fact]
    public void The_end_absorbs_every_command() => Shapes.Sample(
        shape =>
        {
            var given = Drive(shape, faults: true);
            foreach (var command in (ExecutionCommand[])[Given.Started, Given.Recover, Given.Tick, Given.Cancel, new ExecutionCommand.Pause(), new ExecutionCommand.Resume(), new ExecutionCommand.HostStopping(), Given.Succeeds("t0"), Given.Fails("t0")])
                Assert.Empty(given.Later(1000).When(command));
        },
        iter: 100);

    private static void CheckOrder(Given given)
    {
        var ended = new HashSet<string>();
        var starts = new Dictionary<string, int>();
        var lost = new Dictionary<string, int>();
        foreach (var e in given.Journal)
        {
            switch (e)
            {
                case TaskStarted started:
                    var task = given.Workflow.Tasks[given.Workflow.TaskIndex[started.Ref]];
                    Assert.DoesNotContain(started.Ref, ended);
                    Assert.All(task.DependsOn, before => Assert.Contains(given.Workflow.Tasks[before].Definition.Ref, ended));
                    starts[started.Ref] = starts.GetValueOrDefault(started.Ref) + 1;
                    Assert.Equal(starts[started.Ref], started.Attempt);
                    break;
                case TaskInterrupted interrupted:
                    lost[interrupted.Ref] = lost.GetValueOrDefault(interrupted.Ref) + 1;
                    break;
                case TaskCompleted completed: Assert.True(ended.Add(completed.Ref)); break;
                case TaskFailed failed: Assert.True(ended.Add(failed.Ref)); break;
                case TaskSkipped skipped: Assert.True(ended.Add(skipped.Ref)); break;
                case TaskCancelled cancelled: Assert.True(ended.Add(cancelled.Ref)); break;
            }
        }
        Assert.Equal(given.Workflow.Tasks.Length, ended.Count);
        foreach (var (taskRef, count) in starts)
        {
            var definition = given.Workflow.Tasks[given.Workflow.TaskIndex[taskRef]].Definition;
            Assert.True(count <= 1 + (definition.Retry?.Attempts ?? 0) + lost.GetValueOrDefault(taskRef) + 1, $"{taskRef} started {count} times");
        }
        Assert.True(given.Execution.CompletedAt >= given.Execution.CreatedAt);
    }
}
