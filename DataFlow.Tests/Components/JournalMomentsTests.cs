using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Journals;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class JournalMomentsTests
{
    public static TheoryData<string> Recorded { get; } = [.. RecordedJournal.Names];

    private static JournalMoments MomentsOf(RecordedJournal journal) => JournalMoments.Of(new ExecutionHistory(journal.Fold(journal.Events.Length), journal.Events));

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Every_moment_of_a_recorded_journal_is_the_fold_of_its_events_until_then(string name)
    {
        var journal = RecordedJournal.Read(name);
        var moments = MomentsOf(journal);
        // Forward, as it is played; and backward, as it is dragged.
        foreach (var sequence in Enumerable.Range(1, moments.Count).Concat(Enumerable.Range(1, moments.Count).Reverse()))
        {
            var moment = moments.At(sequence);
            Assert.Equal(sequence, moment.Sequence);
            Assert.Equal(RecordedJournal.DocumentOf(journal.Fold(sequence)), RecordedJournal.DocumentOf(moment));
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_moment_is_not_the_one_before_it(string name)
    {
        var moments = MomentsOf(RecordedJournal.Read(name));
        var told = Enumerable.Range(1, moments.Count).Select(sequence => moments.At(sequence)).ToList();
        Assert.True(told.Zip(told.Skip(1)).Count(pair => RecordedJournal.DocumentOf(pair.First) != RecordedJournal.DocumentOf(pair.Second)) > moments.Count / 2);
    }

    [Fact]
    public void Any_moment_of_five_thousand_events_is_right_in_whatever_order_they_are_asked_for()
    {
        var (outline, events) = Long(5_000);
        var moments = JournalMoments.Of(new ExecutionHistory(outline.Fold("ex-1", events.AsSpan()), events));
        foreach (var sequence in Enumerable.Range(0, 400).Select(i => (i * 2_741 % 5_000) + 1).Concat([1, 64, 65, 66, 128, 129, 4_999, 5_000]))
        {
            var moment = moments.At(sequence);
            Assert.Equal(sequence, moment.Sequence);
            Assert.Equal(sequence > 2 && sequence % 2 == 1, moment.PausedAt is not null);
            Assert.Equal(moment.PausedAt is null ? null : PageContext.Noon.AddSeconds(sequence), moment.PausedAt);
        }
    }

    [Fact]
    public void What_comes_later_is_added_once()
    {
        var (outline, events) = Long(10);
        var moments = JournalMoments.Of(new ExecutionHistory(outline.Fold("ex-1", events.AsSpan()[..4]), events[..4]));
        moments.Add(new ExecutionChange(outline.Fold("ex-1", events.AsSpan()[..7]), 3, events[2..7]));
        moments.Add(new ExecutionChange(outline.Fold("ex-1", events.AsSpan()), 8, events[7..]));
        Assert.Equal(events, moments.Events);
        Assert.Equal(10, moments.Latest.Sequence);
        Assert.Same(moments.Latest, moments.At(10));
    }

    [Fact]
    public void A_number_that_somebody_typed_is_brought_into_the_journal()
    {
        var (outline, events) = Long(10);
        var moments = JournalMoments.Of(new ExecutionHistory(outline.Fold("ex-1", events.AsSpan()), events));
        Assert.Equal([1, 1, 7, null, null, null], new int?[] { -5, 1, 7, 10, 99, null }.Select(moments.Meant));
    }

    /// <summary>Accepted, started, then paused and resumed in turns: an odd sequence leaves it paused.</summary>
    private static (ExecutionOutline Outline, ImmutableArray<ExecutionEvent> Events) Long(int count)
    {
        var outline = ExecutionOutline.Of(ExecutionExamples.Running(ExecutionExamples.Run("a")));
        DateTimeOffset At(int sequence) => PageContext.Noon.AddSeconds(sequence);
        return (outline,
        [
            new ExecutionQueued(At(1), "wf-1", 1, PageContext.Json("{}")), new ExecutionStarted(At(2)),
            .. Enumerable.Range(3, count - 2).Select(sequence => sequence % 2 == 1 ? (ExecutionEvent)new ExecutionPaused(At(sequence)) : new ExecutionResumed(At(sequence))),
        ]);
    }
}
