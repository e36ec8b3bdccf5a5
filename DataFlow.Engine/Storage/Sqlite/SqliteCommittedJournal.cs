using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>All journals in the order of their rows' keys, which the one writer gives in the order of commits.</summary>
internal sealed class SqliteCommittedJournal(SqliteDatabase database) : ICommittedJournal
{
    /// <summary>Rows looked at for one page, so that a workflow that hardly runs does not hold a reader for long.</summary>
    private const int MostExamined = 5_000;

    /// <summary>Bytes of values in one page, which each watcher that is behind holds; the append that crosses it still belongs to it.</summary>
    private const long MostBytes = 256_000;

    private static readonly Sql s_read = new("""
        SELECT j.key, e.id, e.workflow_id, j.first_sequence, j.events FROM journal j JOIN execution e ON e.key = j.execution_key WHERE j.key > ? ORDER BY j.key LIMIT ?
        """);

    public Task<long> LastAsync(CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(static connection => long.Parse(connection.Scalar(JournalPlaces.Last)!, CultureInfo.InvariantCulture)));

    public Task<CommittedPage> ReadAsync(long after, string? workflowId, int limit, CancellationToken cancellationToken) =>
        Task.Run(() => database.Read(connection => Read(connection, after, workflowId, limit)), cancellationToken);

    private static CommittedPage Read(Connection connection, long after, string? workflowId, int limit)
    {
        var found = ImmutableArray.CreateBuilder<CommittedAppend>();
        var bytes = 0L;
        var expander = new ValueExpander(hash => JournalReader.ReadValue(connection, hash));
        var rows = connection[s_read].Add(after).Add(MostExamined);
        while (found.Count < limit && bytes < MostBytes && rows.Step())
        {
            after = rows.Long(0);
            if (workflowId is not null && rows.Text(2) != workflowId) continue;
            var (before, events) = (bytes, JournalJson.Read(rows.Bytes(4)));
            ImmutableArray<ExecutionEvent> expanded = [.. events.Select(Expand)];
            found.Add(new CommittedAppend(after, rows.Text(1), rows.Text(2), rows.Int(3), expanded, bytes - before));
        }
        rows.Reset();
        return new CommittedPage(after, found.DrainToImmutable());

        ExecutionEvent Expand(ExecutionEvent e) => EventValues.Map(e, value =>
        {
            var whole = expander.Expand(value);
            bytes += System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(whole ?? value).Length;
            return whole;
        });
    }
}
