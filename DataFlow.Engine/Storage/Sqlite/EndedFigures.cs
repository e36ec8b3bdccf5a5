using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Writes what ended: how many of what and how long they took, up to and including each piece of five minutes in which something ended. Sums over any time are the
/// difference of two rows, however much ended between them. Gathered for the transaction under way and written with it.
/// </summary>
internal sealed class EndedFigures
{
    // The row before the piece, if it has none of its own, and all from there on: more than one only where the clock went backwards or the piece has just ended.
    private static readonly Sql s_read = new("""
        SELECT slot, completed, failed, cancelled, durations FROM ended_slot
        WHERE slot >= coalesce((SELECT max(slot) FROM ended_slot WHERE slot <= ?1), ?1) ORDER BY slot
        """);

    private static readonly Sql s_write = new("INSERT OR REPLACE INTO ended_slot (slot, completed, failed, cancelled, durations) VALUES (?, ?, ?, ?, ?)");

    private static readonly Sql s_openWorkflow = new("""
        INSERT INTO ended_workflow (workflow_id, slot, failed, ended)
        SELECT ?1, ?2, failed, ended FROM (
            SELECT * FROM (SELECT slot, failed, ended FROM ended_workflow WHERE workflow_id = ?1 AND slot <= ?2 ORDER BY slot DESC LIMIT 1)
            UNION ALL SELECT -1, 0, 0 LIMIT 1
        ) WHERE slot < ?2
        """);

    private static readonly Sql s_addWorkflow = new("UPDATE ended_workflow SET failed = failed + ?3, ended = ended + ?4 WHERE workflow_id = ?1 AND slot >= ?2");

    private readonly Dictionary<long, SlotFigures> _slots = [];
    private readonly Dictionary<(string WorkflowId, long Slot), (int Failed, int Ended)> _workflows = [];

    /// <summary>An execution ended; <paramref name="count"/> -1: it did not, after all.</summary>
    public void Add(EndedFigure figure, int count = 1)
    {
        var slot = StoredTime.SlotOf(figure.EndedAt);
        if (!_slots.TryGetValue(slot, out var sum))
            _slots.Add(slot, sum = new SlotFigures());
        sum.Add(figure, count);
        var (failed, ended) = _workflows.GetValueOrDefault((figure.WorkflowId, slot));
        _workflows[(figure.WorkflowId, slot)] = (failed + (figure.Status == ExecutionStatus.Failed ? count : 0), ended + count);
    }

    public void Write(Connection connection)
    {
        foreach (var (slot, sum) in _slots)
            Write(connection, slot, sum);
        foreach (var ((workflowId, slot), (failed, ended)) in _workflows)
        {
            connection[s_openWorkflow].Add(workflowId).Add(slot).Run();
            connection[s_addWorkflow].Add(workflowId).Add(slot).Add(failed).Add(ended).Run();
        }
    }

    public void Clear()
    {
        _slots.Clear();
        _workflows.Clear();
    }

    private static void Write(Connection connection, long slot, SlotFigures sum)
    {
        var stored = new List<(long Slot, SlotFigures Sum)>();
        var rows = connection[s_read].Add(slot);
        while (rows.Step())
            stored.Add((rows.Long(0), SlotFigures.Read(rows, 1)));
        if (stored is not [var first, ..] || first.Slot > slot)
            stored.Insert(0, (slot, new SlotFigures()));
        else if (first.Slot < slot && (stored.Count == 1 || stored[1].Slot > slot))
            stored[0] = (slot, first.Sum);
        foreach (var (at, before) in stored.Where(row => row.Slot >= slot))
        {
            before.Add(sum);
            connection[s_write].Add(at).Add(before.Completed).Add(before.Failed).Add(before.Cancelled).Add(before.Durations.Write()).Run();
        }
    }
}
