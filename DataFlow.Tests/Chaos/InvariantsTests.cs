using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>The checker has to be trusted: a sound run passes, and each broken one is caught by the invariant it breaks.</summary>
public sealed class InvariantsTests
{
    private const string Id = "ex-00000001";
    private static readonly DateTimeOffset s_noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonElement s_one = JsonElement.Parse("1");
    private static readonly TaskFailure s_failure = new("http_status", "503", Retryable: true);

    /// <summary>a fails once, dies once and completes; b waits for it.</summary>
    private static readonly ImmutableArray<ExecutionEvent> s_journal =
    [
        new ExecutionQueued(s_noon, "wf-00000001", 1, s_one, WebhookUrl: "http://127.0.0.1/webhook"),
        new ExecutionStarted(s_noon),
        new TaskStarted(s_noon, "a", 1, s_one),
        new TaskRetryScheduled(s_noon, "a", 1, s_failure, s_noon),
        new TaskStarted(s_noon, "a", 2, s_one),
        new TaskInterrupted(s_noon, "a", 2),
        new TaskStarted(s_noon, "a", 3, s_one),
        new TaskCompleted(s_noon, "a", 3, s_one),
        new TaskStarted(s_noon, "b", 1, s_one),
        new TaskCompleted(s_noon, "b", 1, s_one),
        new ExecutionCompleted(s_noon, s_one),
    ];

    private static readonly WorkflowShape s_shape = WorkflowShape.Of(JsonElement.Parse("""
        {"tasks":[{"ref":"a","type":"Http.Request","retry":{"attempts":1}},{"ref":"b","type":"Echo"}]}
        """));

    private static readonly long s_slot = s_noon.ToUnixTimeSeconds() / 300;

    private static readonly RecordedFigures s_figures = new(
        ImmutableSortedDictionary<long, (long, long, long, long)>.Empty.Add(s_slot, (1, 0, 0, 1)), ImmutableDictionary<(string, long), (long, long)>.Empty.Add(("wf-00000001", s_slot), (0, 1)));

    private static readonly Evidence s_sound = new()
    {
        Acknowledged = ImmutableDictionary<string, ImmutableHashSet<string>>.Empty.Add("key", [Id]),
        Executions = [Recorded(s_journal)],
        Shapes = ImmutableDictionary<string, WorkflowShape>.Empty.Add("wf-00000001", s_shape),
        Deliveries = [Delivery("msg_1", 2, "execution.started"), Delivery("msg_2", 11, "execution.completed")],
        Sightings = [new Sighting(Id, "a", s_one)],
        Received = [new WebhookMessage("msg_1", "AA", s_noon), new WebhookMessage("msg_1", "AA", s_noon), new WebhookMessage("msg_2", "AA", s_noon)],
        EffectsOf = static key => key == $"{Id}.a" ? 3 : 0,
        Figures = s_figures,
    };

    private static readonly Dictionary<string, (string Invariant, Evidence Evidence)> s_broken = new()
    {
        ["an acknowledged execution is gone"] = ("acknowledged", s_sound with { Acknowledged = s_sound.Acknowledged.Add("other", ["ex-gone0001"]) }),
        ["an execution belongs to a workflow that is gone"] = ("acknowledged", s_sound with { Shapes = s_sound.Shapes.Clear() }),
        ["a key made two executions"] = ("key", s_sound with { Acknowledged = s_sound.Acknowledged.SetItem("key", [Id, "ex-00000002"]) }),
        ["an execution was made that no key was answered with"] = ("key", s_sound with { Executions = [.. s_sound.Executions, Recorded(s_journal) with { Id = "ex-00000003" }] }),
        ["an execution is left running"] = ("ended", With(Recorded(s_journal[..10], ExecutionStatus.Running) with { CompletedAt = null })),
        ["a row is ended and its journal is not"] = ("ended", With(Recorded(s_journal[..10], sequence: 10))),
        ["an execution ends twice"] = ("path", With([.. s_journal, new ExecutionFailed(s_noon, s_failure)])),
        ["an execution is started twice"] = ("path", With(Inserted(2, new ExecutionStarted(s_noon)))),
        ["an execution ends without having started"] = ("path", With(s_journal.RemoveAt(1))),
        ["an execution goes on after its end"] = ("path", With([.. s_journal, new TaskCancelled(s_noon, "a")])),
        ["a row says another status than the journal"] = ("path", With(Recorded(s_journal, ExecutionStatus.Failed))),
        ["a journal does not begin at its beginning"] = ("path", With(s_journal.RemoveAt(0))),
        ["two writers wrote at one place"] = ("fence", With(Recorded(s_journal) with { Appends = [new RecordedAppend(1, s_journal[..4]), new RecordedAppend(4, s_journal[4..])] })),
        ["an append is missing"] = ("fence", With(Recorded(s_journal) with { Appends = [new RecordedAppend(1, s_journal[..4]), new RecordedAppend(6, s_journal[5..])] })),
        ["a row is behind its journal"] = ("fence", With(Recorded(s_journal, sequence: 9))),
        ["an execution starts before it is created"] = ("times", With(Recorded(s_journal) with { StartedAt = s_noon.AddSeconds(-1) })),
        ["an execution ends before it starts"] = ("times", With(Recorded(s_journal) with { CompletedAt = s_noon.AddSeconds(-1) })),
        ["an ended execution has no end time"] = ("times", With(Recorded(s_journal) with { CompletedAt = null })),
        ["a completed task starts again"] = ("again", With(Inserted(8, new TaskStarted(s_noon, "a", 4, s_one)))),
        ["a task has two outcomes"] = ("outcome", With(Inserted(8, new TaskCompleted(s_noon, "a", 3, s_one)))),
        ["a task has no outcome"] = ("outcome", With(s_journal.RemoveAt(9))),
        ["a task was attempted once too often"] = ("attempts", With(Inserted(7, new TaskStarted(s_noon, "a", 4, s_one)))),
        ["an attempt is numbered twice"] = ("attempts", With(s_journal.SetItem(6, new TaskStarted(s_noon, "a", 2, s_one)))),
        ["a task without fallback fell back"] = ("attempts", With(Inserted(7, new TaskFellBack(s_noon, "a", 3, s_failure)))),
        ["a task starts before the one it depends on has ended"] = ("order", With(s_journal.RemoveAt(8).Insert(2, s_journal[8]))),
        ["a completed task's output is another than was seen"] = ("output", s_sound with { Sightings = [new Sighting(Id, "a", JsonElement.Parse("2"))] }),
        ["a seen output is gone"] = ("output", s_sound with { Sightings = [new Sighting(Id, "c", s_one)] }),
        ["a task reached the world more often than it was attempted"] = ("effects", s_sound with { EffectsOf = static _ => 4 }),
        ["a completed task never reached the world"] = ("effects", s_sound with { EffectsOf = static _ => 0 }),
        ["a change of status has no message"] = ("outbox", s_sound with { Deliveries = s_sound.Deliveries.RemoveAt(1) }),
        ["a change of status has two messages"] = ("outbox", s_sound with { Deliveries = s_sound.Deliveries.Add(Delivery("msg_3", 2, "execution.started")) }),
        ["a message announces another status"] = ("outbox", s_sound with { Deliveries = s_sound.Deliveries.SetItem(1, Delivery("msg_2", 11, "execution.failed")) }),
        ["a message announces what never happened"] = ("outbox", s_sound with { Deliveries = s_sound.Deliveries.Add(Delivery("msg_3", 12, "execution.completed")) }),
        ["nobody asked for a message"] = ("outbox", With(s_journal.SetItem(0, new ExecutionQueued(s_noon, "wf-00000001", 1, s_one)))),
        ["a message is still on its way"] = ("delivery", s_sound with { Deliveries = s_sound.Deliveries.SetItem(0, Delivery("msg_1", 2, "execution.started") with { Status = DeliveryStatus.Pending }) }),
        ["a delivered message never arrived"] = ("delivery", s_sound with { Received = s_sound.Received.RemoveAt(2) }),
        ["a message arrived with other bytes than are stored"] = ("message", s_sound with { Received = s_sound.Received.SetItem(2, new WebhookMessage("msg_2", "BB", s_noon)) }),
        ["a message arrived with different bytes"] = ("message", s_sound with { Received = s_sound.Received.Add(new WebhookMessage("msg_1", "BB", s_noon)) }),
        ["a message arrived that is not stored"] = ("message", s_sound with { Received = s_sound.Received.Add(new WebhookMessage("msg_9", "AA", s_noon)) }),
        ["an end was not counted"] = ("figures", s_sound with { Figures = s_figures with { Slots = s_figures.Slots.Clear() } }),
        ["an end was counted twice"] = ("figures", s_sound with { Figures = s_figures with { Slots = s_figures.Slots.SetItem(s_slot, (2, 0, 0, 2)) } }),
        ["an end was counted as another"] = ("figures", s_sound with { Figures = s_figures with { Slots = s_figures.Slots.SetItem(s_slot, (0, 1, 0, 0)) } }),
        ["a duration was not counted"] = ("figures", s_sound with { Figures = s_figures with { Slots = s_figures.Slots.SetItem(s_slot, (1, 0, 0, 0)) } }),
        ["an end was counted for no workflow"] = ("figures", s_sound with { Figures = s_figures with { Workflows = s_figures.Workflows.Clear() } }),
        ["an end was counted at another time"] = ("figures", s_sound with { Figures = s_figures with { Workflows = s_figures.Workflows.Add(("wf-00000001", s_slot + 1), (0, 2)) } }),
        ["the database is damaged"] = ("database", s_sound with { DatabaseProblems = ["integrity_check: row 3 missing from index execution_id"] }),
        ["nothing was accepted"] = ("progress", s_sound with { Acknowledged = s_sound.Acknowledged.Clear() }),
        ["nothing was completed"] = ("progress", s_sound with { Executions = [] }),
    };

    public static TheoryData<string> Broken => [.. s_broken.Keys];

    [Fact]
    public void A_sound_run_breaks_nothing() => Assert.Empty(Invariants.Check(s_sound));

    [Theory]
    [MemberData(nameof(Broken))]
    public void Each_broken_run_is_caught_by_the_invariant_it_breaks(string what)
    {
        var (invariant, evidence) = s_broken[what];
        Assert.Contains(Invariants.Check(evidence), violation => violation.Invariant == invariant);
    }

    [Fact]
    public void A_failure_that_was_handled_by_a_fallback_counts_one_attempt_more()
    {
        var shape = WorkflowShape.Of(JsonElement.Parse("""{"tasks":[{"ref":"a","type":"Http.Request","on_error":{"task":{"type":"Echo"}}}]}"""));
        ImmutableArray<ExecutionEvent> journal =
        [
            new ExecutionQueued(s_noon, "wf-00000001", 1, s_one), new ExecutionStarted(s_noon), new TaskStarted(s_noon, "a", 1, s_one), new TaskFellBack(s_noon, "a", 1, s_failure),
            new TaskStarted(s_noon, "a", 2, s_one, Fallback: true), new TaskCompleted(s_noon, "a", 2, s_one), new ExecutionCompleted(s_noon, s_one),
        ];
        var sound = s_sound with
        {
            Executions = [Recorded(journal)], Shapes = s_sound.Shapes.SetItem("wf-00000001", shape), Deliveries = [], Received = [], EffectsOf = static _ => 1,
        };
        Assert.Empty(Invariants.Check(sound));
        Assert.Contains(Invariants.Check(sound with { EffectsOf = static _ => 2 }), violation => violation.Invariant == "effects");
    }

    [Fact]
    public void The_delay_of_a_resumption_is_the_time_servers_listened_without_it()
    {
        ImmutableArray<Lifetime> lives = [new(s_noon, At(10)), new(At(12), At(13)), new(null, At(20)), new(At(30), At(99))];
        var cutShort = Recorded([new TaskStarted(At(9), "a", 1, s_one), new TaskStarted(At(9), "b", 1, s_one), new TaskInterrupted(At(11), "b", 1), new TaskInterrupted(At(34), "a", 1)]);
        Assert.Equal([0, 1 + 4], Lifetimes.Resumptions(lives, [cutShort]).Select(resumption => resumption.Listened.TotalSeconds));

        static DateTimeOffset At(int seconds) => s_noon.AddSeconds(seconds);
    }

    private static Evidence With(ImmutableArray<ExecutionEvent> journal) => With(Recorded(journal));

    private static Evidence With(RecordedExecution execution) => s_sound with { Executions = [execution] };

    private static ImmutableArray<ExecutionEvent> Inserted(int index, ExecutionEvent e) => s_journal.Insert(index, e);

    private static RecordedExecution Recorded(ImmutableArray<ExecutionEvent> journal, ExecutionStatus status = ExecutionStatus.Completed, int? sequence = null) =>
        new(Id, "wf-00000001", status, s_noon, s_noon, s_noon, sequence ?? journal.Length, [new RecordedAppend(1, journal)]);

    private static RecordedDelivery Delivery(string id, int sequence, string type) => new(id, Id, sequence, type, "AA", DeliveryStatus.Delivered, 1);
}
