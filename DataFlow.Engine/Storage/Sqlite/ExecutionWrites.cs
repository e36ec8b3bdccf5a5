using DataFlow.Engine.Executions;
using Microsoft.Data.Sqlite;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What is written of executions, on the writer's thread. Every check comes before the first write.</summary>
internal static class ExecutionWrites
{
    private static readonly Sql s_findKey = new("SELECT body_hash, execution_id, workflow_version, expires_at FROM idempotency_key WHERE workflow_id = ? AND key = ?");

    private static readonly Sql s_putKey = new(
        "INSERT OR REPLACE INTO idempotency_key (workflow_id, key, body_hash, execution_id, workflow_version, expires_at) VALUES (?, ?, ?, ?, ?, ?)");

    private static readonly Sql s_insert = new("""
        INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, started_at, completed_at, sequence, failure_code, failed_ref,
            failure_message, "trigger", replay_of, labels, credentials)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Sql s_find = new("SELECT key, sequence, status, completed_at, started_at FROM execution WHERE id = ?");

    // Touches no index: most appends change nothing else.
    private static readonly Sql s_progress = new("UPDATE execution SET sequence = ? WHERE key = ? AND sequence = ?");

    private static readonly Sql s_start = new("UPDATE execution SET sequence = ?, status = ?, started_at = ? WHERE key = ? AND sequence = ?");

    private static readonly Sql s_finish = new("""
        UPDATE execution SET sequence = ?, status = ?, started_at = ?, completed_at = ?, failure_code = ?, failed_ref = ?, failure_message = ?, credentials = NULL
        WHERE key = ? AND sequence = ?
        """);

    private static readonly Sql s_append = new("INSERT INTO journal (key, execution_key, first_sequence, events) VALUES (?, ?, ?, ?)");

    private static readonly Sql s_findValue = new("SELECT key FROM stored_value WHERE hash = ?");

    private static readonly Sql s_insertValue = new("INSERT INTO stored_value (hash, encoding, bytes) VALUES (?, ?, ?)");

    private static readonly Sql s_useValue = new("INSERT OR IGNORE INTO stored_value_use (execution_key, value_key) VALUES (?, ?)");

    public static CreateOutcome Create(WriteSession session, NewExecution creation, EncodedJournal journal)
    {
        var execution = creation.Execution;
        if (creation.Key is { } asked && FindKey(session.Connection, execution, asked) is { } answer)
            return answer;
        if (creation.RejectAbove is { } most && session.Counts.OfUncommitted(execution.WorkflowId) >= most)
            return new CreateOutcome.LimitReached();
        CheckValues(session.Connection, journal);
        OutboxWrites.Check(session.Connection, creation.Outbox);
        var key = Insert(session, creation);
        Journal(session, key, 1, journal);
        OutboxWrites.Add(session.Connection, creation.Outbox);
        if (creation.Key is { } fresh)
        {
            session.Connection[s_putKey].Add(execution.WorkflowId).Add(fresh.Key).Add(fresh.BodyHash).Add(execution.Id).Add(execution.WorkflowVersion)
                .Add(StoredTime.ToMicroseconds(fresh.ExpiresAt)).Run();
        }
        session.Counts.Move(execution.WorkflowId, null, execution.Status);
        if (StoredTime.ToMicroseconds(execution.CompletedAt) is { } ended)
            session.Ended.Add(EndedFigure.Of(execution.WorkflowId, execution.Status, ended, StoredTime.ToMicroseconds(execution.StartedAt)));
        return CreateOutcome.Created;
    }

    public static int Append(WriteSession session, JournalAppend append, EncodedJournal journal)
    {
        var connection = session.Connection;
        var execution = append.Execution;
        var found = connection[s_find].Add(execution.Id);
        if (!found.Step() || found.Int(1) != append.ExpectedSequence)
        {
            found.Reset();
            throw new FenceLostException(execution.Id);
        }
        var (key, status, ended, started) = (found.Long(0), (ExecutionStatus)found.Int(2), found.OptionalLong(3), found.OptionalLong(4));
        found.Reset();
        CheckValues(connection, journal);
        OutboxWrites.Check(connection, append.Outbox);

        Update(session, key, status, append);
        Journal(session, key, append.ExpectedSequence + 1, journal);
        OutboxWrites.Add(connection, append.Outbox);
        if (ended is { } before)
            session.Ended.Add(EndedFigure.Of(execution.WorkflowId, status, before, started), -1);
        if (StoredTime.ToMicroseconds(execution.CompletedAt) is { } after)
            session.Ended.Add(EndedFigure.Of(execution.WorkflowId, execution.Status, after, StoredTime.ToMicroseconds(execution.StartedAt)));
        if (status != execution.Status)
            session.Counts.Move(execution.WorkflowId, status, execution.Status);
        return execution.Sequence;
    }

    private static CreateOutcome? FindKey(Connection connection, Execution execution, IdempotencyKey asked)
    {
        var used = connection[s_findKey].Add(execution.WorkflowId).Add(asked.Key);
        if (!used.Step())
            return null;
        CreateOutcome? answer = StoredTime.FromMicroseconds(used.Long(3)) <= execution.CreatedAt ? null
            : used.Text(0) == asked.BodyHash ? new CreateOutcome.Repeated(used.Text(1), used.Int(2))
            : new CreateOutcome.KeyReused();
        used.Reset();
        return answer;
    }

    private static long Insert(WriteSession session, NewExecution creation)
    {
        var execution = creation.Execution;
        var summary = ExecutionSummary.Of(execution);
        var createdAt = StoredTime.ToMicroseconds(execution.CreatedAt);
        var key = session.NextExecutionKey;
        try
        {
            session.Connection[s_insert]
                .Add(key).Add(execution.Id).Add(execution.WorkflowId).Add(execution.WorkflowVersion).Add((int)execution.Status).Add(createdAt)
                .Add(StoredTime.ToMicroseconds(execution.StartedAt)).Add(StoredTime.ToMicroseconds(execution.CompletedAt)).Add(execution.Sequence)
                .Add(summary.FailureCode).Add(summary.FailedRef).Add(summary.FailureMessage).Add(execution.Trigger).Add(execution.ReplayOf)
                .Add(StoredLabels.Write(execution.Labels))
                .AddOptional(execution.IsFinished ? null : creation.ProtectedCredentials)
                .Run();
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE)
        {
            throw new DuplicateIdException(execution.Id);
        }
        session.Accept(createdAt);
        if (!execution.Labels.IsEmpty)
            session.Labels.Add(session.Connection, execution.WorkflowId, key, execution.Labels);
        if (execution.Status == ExecutionStatus.Failed)
            session.Failures.Add(session.Connection, key, summary);
        return key;
    }

    private static void Update(WriteSession session, long key, ExecutionStatus before, JournalAppend append)
    {
        var connection = session.Connection;
        var execution = append.Execution;
        if (execution.Status == before && !execution.IsFinished)
        {
            connection[s_progress].Add(execution.Sequence).Add(key).Add(append.ExpectedSequence).Run();
        }
        else if (!execution.IsFinished)
        {
            connection[s_start].Add(execution.Sequence).Add((int)execution.Status).Add(StoredTime.ToMicroseconds(execution.StartedAt)).Add(key).Add(append.ExpectedSequence).Run();
        }
        else
        {
            var summary = ExecutionSummary.Of(execution);
            connection[s_finish].Add(execution.Sequence).Add((int)execution.Status).Add(StoredTime.ToMicroseconds(execution.StartedAt))
                .Add(StoredTime.ToMicroseconds(execution.CompletedAt)).Add(summary.FailureCode).Add(summary.FailedRef).Add(summary.FailureMessage).Add(key).Add(append.ExpectedSequence).Run();
            if (execution.Status == ExecutionStatus.Failed)
                session.Failures.Add(connection, key, summary);
        }
    }

    private static void Journal(WriteSession session, long executionKey, int firstSequence, EncodedJournal journal)
    {
        var connection = session.Connection;
        connection[s_append].Add(session.TakeJournalKey()).Add(executionKey).Add(firstSequence).Add(journal.Events).Run();
        foreach (var value in journal.Values)
        {
            if (FindValue(connection, value) is not { } valueKey)
            {
                connection[s_insertValue].Add(value.Hash).Add(value.Encoding).Add(value.Bytes).Run();
                valueKey = connection.LastInsertedKey;
            }
            connection[s_useValue].Add(executionKey).Add(valueKey).Run();
        }
    }

    private static void CheckValues(Connection connection, EncodedJournal journal)
    {
        foreach (var value in journal.Values)
        {
            if (value.Bytes is null && FindValue(connection, value) is null)
                throw new ValueMissingException();
        }
    }

    private static long? FindValue(Connection connection, StoredValue value)
    {
        var row = connection[s_findValue].Add(value.Hash);
        long? key = row.Step() ? row.Long(0) : null;
        row.Reset();
        return key;
    }
}
