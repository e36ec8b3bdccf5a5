using System.Collections.Immutable;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What is written of tasks' lines, on the writer's thread.</summary>
internal static class TaskLogWrites
{
    private static readonly Sql s_findExecution = new("SELECT key FROM execution WHERE id = ?");

    private static readonly Sql s_last = new("SELECT number, total_bytes, is_full FROM task_log_line WHERE execution_key = ? ORDER BY number DESC LIMIT 1");

    private static readonly Sql s_insert = new("""
        INSERT INTO task_log_line (execution_key, number, at, ref, attempt, level, text, total_bytes, is_full) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Sql s_delete = new("DELETE FROM task_log_line WHERE execution_key = ?");

    public static TaskLogOutcome Append(Connection connection, ImmutableArray<NewTaskLogLine> lines, TaskLogLimits limits)
    {
        var (written, unknown) = (ImmutableDictionary.CreateBuilder<string, ImmutableArray<TaskLogLine>>(), ImmutableHashSet.CreateBuilder<string>());
        foreach (var added in lines.GroupBy(line => line.ExecutionId))
        {
            if (TaskLogReads.FindKey(connection[s_findExecution].Add(added.Key)) is { } key)
                written[added.Key] = Book(connection, key).Enter(added, limits, (line, book) => Insert(connection, key, line, book));
            else
                unknown.Add(added.Key);
        }
        return new TaskLogOutcome(written.ToImmutable(), unknown.ToImmutable());
    }

    /// <summary>Removes the lines of one execution; for whoever removes the execution, in the same transaction.</summary>
    public static void Delete(Connection connection, long executionKey) => connection[s_delete].Add(executionKey).Run();

    /// <summary>The last line knows what came before it.</summary>
    private static TaskLogBook Book(Connection connection, long executionKey)
    {
        var last = connection[s_last].Add(executionKey);
        var book = last.Step() ? new TaskLogBook(last.Int(0), last.Long(1), last.Int(2) != 0) : default;
        last.Reset();
        return book;
    }

    private static void Insert(Connection connection, long executionKey, TaskLogLine line, TaskLogBook book) =>
        connection[s_insert].Add(executionKey).Add(line.Number).Add(StoredTime.ToMicroseconds(line.At)).Add(line.Ref).Add(line.Attempt).Add((int)line.Level).Add(line.Text)
            .Add(book.Bytes).Add(book.IsFull ? 1 : 0).Run();
}

/// <summary>What is read of them.</summary>
internal static class TaskLogReads
{
    private static readonly Sql s_list = new("""
        SELECT number, at, ref, attempt, level, text FROM task_log_line
        WHERE execution_key = (SELECT key FROM execution WHERE id = ?) AND number > ? ORDER BY number
        """);

    public static Page<TaskLogLine> List(Connection connection, TaskLogQuery query)
    {
        var limit = TaskLogBook.Limit(query);
        var found = new List<TaskLogLine>();
        var rows = connection[s_list].Add(query.ExecutionId).Add(TaskLogBook.After(query));
        while (found.Count <= limit && rows.Step())
        {
            var (taskRef, level) = (rows.Text(2), (TaskLogLevel)rows.Int(4));
            if (!TaskLogBook.Matches(query, taskRef, level) || rows.Text(5) is var text && !TaskLogBook.Matches(query, text)) continue;
            found.Add(new TaskLogLine(rows.Int(0), StoredTime.FromMicroseconds(rows.Long(1)), taskRef, rows.Int(3), level, text));
        }
        rows.Reset();
        return TaskLogBook.Page(found, limit);
    }

    public static long? FindKey(Statement row)
    {
        long? key = row.Step() ? row.Long(0) : null;
        row.Reset();
        return key;
    }
}

/// <summary>Lines in SQLite: a batch is one operation, committed with whatever else waits.</summary>
internal sealed class SqliteTaskLogStore(SqliteDatabase database) : ITaskLogStore
{
    public async ValueTask<TaskLogOutcome> AppendAsync(ImmutableArray<NewTaskLogLine> lines, TaskLogLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await database.WriteAsync(session => TaskLogWrites.Append(session.Connection, lines, limits));
    }

    public Task<Page<TaskLogLine>> ListAsync(TaskLogQuery query, CancellationToken cancellationToken)
    {
        TaskLogBook.After(query);
        return Task.Run(() => database.Read(connection => TaskLogReads.List(connection, query)), cancellationToken);
    }
}
