using System.Collections.Immutable;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// Lines that wait to be written, of all executions, in the order they came. What comes while too many wait is lost and counted, one number for each execution,
/// until one line can tell it.
/// </summary>
internal sealed class WaitingLines
{
    /// <summary>So many wait at most.</summary>
    public const int Most = 20_000;

    private const int MostCharacters = 16_000_000;

    private readonly Lock _gate = new();
    private Dictionary<string, Lost> _lost = [];
    private List<NewTaskLogLine> _waiting = [];
    private int _characters;
    private int _taken;

    /// <summary>Lines that are not written: those that wait, those taken and not settled, and those that were lost and not told of.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count + _taken + _lost.Values.Sum(static lost => lost.Count);
        }
    }

    /// <summary>How many wait now; <c>null</c>: the line was lost.</summary>
    public int? Add(NewTaskLogLine line)
    {
        lock (_gate)
        {
            if (_waiting.Count >= Most || _characters > MostCharacters)
            {
                Lose(new Lost(line, 1));
                return null;
            }
            _waiting.Add(line);
            _characters += line.Text.Length;
            return _waiting.Count;
        }
    }

    /// <summary>Whether something of an execution may wait: what was taken is anybody's until it is settled.</summary>
    public bool MayHold(string executionId)
    {
        lock (_gate) return _taken > 0 || _waiting.Exists(line => line.ExecutionId == executionId);
    }

    /// <summary>Takes all; one batch at a time, to be settled.</summary>
    public Batch Take()
    {
        lock (_gate)
        {
            var batch = new Batch([.. _waiting], [.. _lost.Values]);
            (_waiting, _characters, _lost, _taken) = ([], 0, [], batch.Count);
            return batch;
        }
    }

    /// <summary>What became of a batch.</summary>
    /// <param name="batch">What was taken last.</param>
    /// <param name="stays">Whether a line is to be tried again, before what has come since.</param>
    /// <returns>Whether one is.</returns>
    public bool Settle(Batch batch, Func<NewTaskLogLine, bool> stays)
    {
        NewTaskLogLine[] lines = [.. batch.Lines.Where(stays)];
        Lost[] lost = [.. batch.Lost.Where(one => stays(one.Last))];
        lock (_gate)
        {
            _taken = 0;
            if (lines.Length > 0) _waiting = [.. lines, .. _waiting];
            _characters += lines.Sum(static line => line.Text.Length);
            foreach (var one in lost) Lose(one);
        }
        return lines.Length + lost.Length > 0;
    }

    private void Lose(Lost one) =>
        _lost[one.Last.ExecutionId] = _lost.TryGetValue(one.Last.ExecutionId, out var known) ? new Lost(known.Last.At > one.Last.At ? known.Last : one.Last, known.Count + one.Count) : one;

    /// <summary>What one execution has lost: the last line, and how many.</summary>
    public readonly record struct Lost(NewTaskLogLine Last, int Count)
    {
        public NewTaskLogLine Notice => Last with { Level = TaskLogLevel.Warning, Text = $"{Count:N0} lines were lost: more came than could be written." };
    }

    /// <summary>What is to be written.</summary>
    public sealed record Batch(ImmutableArray<NewTaskLogLine> Lines, ImmutableArray<Lost> Lost)
    {
        public int Count => Lines.Length + Lost.Sum(static lost => lost.Count);

        /// <summary>The lines, and behind them one for each execution that lost some.</summary>
        public ImmutableArray<NewTaskLogLine> Written => Lost.IsEmpty ? Lines : [.. Lines, .. Lost.Select(static lost => lost.Notice)];
    }
}
