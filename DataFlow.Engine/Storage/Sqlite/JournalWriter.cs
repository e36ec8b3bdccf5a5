using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Events as they go into the journal, and the values that stand elsewhere.</summary>
internal sealed record EncodedJournal(byte[] Events, IReadOnlyCollection<StoredValue> Values);

internal static class JournalWriter
{
    /// <summary>Encodes; <paramref name="known"/> <c>null</c>: every value comes with its bytes.</summary>
    public static EncodedJournal Encode(ImmutableArray<ExecutionEvent> events, KnownValues? known)
    {
        var shrinker = new ValueShrinker(hash => known?.Contains(hash) ?? false);
        ImmutableArray<ExecutionEvent>.Builder? shrunk = null;
        for (var i = 0; i < events.Length; i++)
        {
            var small = EventValues.Map(events[i], shrinker.Shrink);
            if (ReferenceEquals(small, events[i]))
                continue;
            if (shrunk is null)
            {
                shrunk = ImmutableArray.CreateBuilder<ExecutionEvent>(events.Length);
                shrunk.AddRange(events);
            }
            shrunk[i] = small;
        }
        return new EncodedJournal(JournalJson.Write(shrunk?.MoveToImmutable() ?? events), shrinker.Taken);
    }
}
