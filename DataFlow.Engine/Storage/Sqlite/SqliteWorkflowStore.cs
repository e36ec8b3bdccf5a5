using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Workflows in SQLite.</summary>
internal sealed class SqliteWorkflowStore(SqliteDatabase database) : IWorkflowStore
{
    /// <summary>A page looks at so many workflows at most; with a text or label that few have, it then ends with a cursor to go on.</summary>
    private const int MostExamined = 20_000;

    private const string VersionColumns = "workflow_id, version, name, definition, created_at";

    private static readonly Sql s_insert = new(
        "INSERT INTO workflow (id, version, name, description, task_count, labels, created_at, updated_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?)");

    private static readonly Sql s_update = new(
        "UPDATE workflow SET version = ?, name = ?, description = ?, task_count = ?, labels = ?, updated_at = ? WHERE id = ?");

    private static readonly Sql s_insertVersion = new(
        "INSERT INTO workflow_version (workflow_id, version, name, definition, created_at) VALUES (?, ?, ?, ?, ?)");

    private static readonly Sql s_delete = new("UPDATE workflow SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL");

    private static readonly Sql s_current = new($"""
        SELECT {VersionColumns} FROM workflow_version v
        WHERE workflow_id = ? AND version = (SELECT version FROM workflow WHERE id = v.workflow_id AND deleted_at IS NULL)
        """);

    private static readonly Sql s_version = new($"SELECT {VersionColumns} FROM workflow_version WHERE workflow_id = ? AND version = ?");

    private static readonly Sql s_versions = new($"""
        SELECT {VersionColumns} FROM workflow_version
        WHERE workflow_id = ? AND version < ? AND EXISTS (SELECT 1 FROM workflow WHERE id = workflow_id AND deleted_at IS NULL)
        ORDER BY version DESC LIMIT ?
        """);

    private static readonly Sql s_list = new("""
        SELECT key, id, name, description, version, task_count, labels, created_at, updated_at FROM workflow
        WHERE key < ? AND deleted_at IS NULL ORDER BY key DESC
        """);

    public Task<WorkflowVersion> CreateAsync(string id, WorkflowContent content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var version = new WorkflowVersion(id, 1, content.Name, content.Definition.Clone(), StoredTime.Round(now));
        return database.WriteAsync(session =>
        {
            var at = StoredTime.ToMicroseconds(now);
            try
            {
                AddContent(session.Connection[s_insert].Add(id), content).Add(at).Add(at).Run();
            }
            catch (SqliteException error) when (error.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE)
            {
                throw new DuplicateIdException(id);
            }
            InsertVersion(session.Connection, version);
            return version;
        });
    }

    public Task<UpdateOutcome> UpdateAsync(string id, WorkflowContent content, int? expectedVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var definition = content.Definition.Clone();
        return database.WriteAsync<UpdateOutcome>(session =>
        {
            var connection = session.Connection;
            if (ReadVersion(connection[s_current].Add(id)) is not { } current)
                return new UpdateOutcome.NotFound();
            if (expectedVersion is { } expected && expected != current.Version)
                return new UpdateOutcome.VersionConflict(current.Version);
            if (JsonElement.DeepEquals(current.Definition, definition))
                return new UpdateOutcome.Updated(current, Changed: false);
            var next = new WorkflowVersion(id, current.Version + 1, content.Name, definition, StoredTime.Round(now));
            AddContent(connection[s_update].Add(next.Version), content).Add(StoredTime.ToMicroseconds(now)).Add(id).Run();
            InsertVersion(connection, next);
            return new UpdateOutcome.Updated(next, Changed: true);
        });
    }

    public Task<WorkflowVersion?> GetAsync(string id, int? version, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => ReadVersion(version is { } number ? connection[s_version].Add(id).Add(number) : connection[s_current].Add(id))));

    public Task<Page<WorkflowSummary>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(query);
        var before = Cursor.Decode(query.Cursor, list)?.Major ?? long.MaxValue;
        return Task.Run(() => database.Read(connection => List(connection, query, list, before)), cancellationToken);
    }

    public Task<Page<WorkflowVersion>> ListVersionsAsync(string id, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var list = Lists.DescribeVersions(id);
        var before = Cursor.Decode(cursor, list)?.Major ?? long.MaxValue;
        return Task.Run(() => database.Read(connection =>
        {
            var versions = ImmutableArray.CreateBuilder<WorkflowVersion>();
            var rows = connection[s_versions].Add(id).Add(before).Add(Lists.Limit(limit) + 1);
            while (rows.Step())
            {
                if (versions.Count == Lists.Limit(limit))
                {
                    rows.Reset();
                    return new Page<WorkflowVersion>(versions.ToImmutable(), new Cursor(versions[^1].Version, 0).Encode(list));
                }
                versions.Add(Version(rows));
            }
            return new Page<WorkflowVersion>(versions.ToImmutable(), null);
        }), cancellationToken);
    }

    public Task<bool> DeleteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.WriteAsync(session =>
        {
            session.Connection[s_delete].Add(StoredTime.ToMicroseconds(now)).Add(id).Run();
            return session.Connection.Changes == 1;
        });
    }

    private static Page<WorkflowSummary> List(Connection connection, WorkflowQuery query, string list, long before)
    {
        var label = LabelFilter.Of(query.Label);
        var text = string.IsNullOrEmpty(query.Text) ? null : Lists.Fold(query.Text);
        var items = ImmutableArray.CreateBuilder<WorkflowSummary>();
        var place = 0L;
        var examined = 0;
        var rows = connection[s_list].Add(before);
        while (rows.Step())
        {
            var isWanted = text is null || Contains(rows.Text(1)) || Contains(rows.Text(2)) || rows.OptionalText(3) is { } description && Contains(description);
            var labels = StoredLabels.Read(isWanted ? rows.OptionalText(6) : null);
            isWanted = isWanted && (label is not { } asked || asked.Matches(labels));
            if (isWanted && items.Count == Lists.Limit(query.Limit) || examined++ == MostExamined)
            {
                rows.Reset();
                return new Page<WorkflowSummary>(items.ToImmutable(), new Cursor(place, 0).Encode(list));
            }
            if (isWanted)
            {
                items.Add(new WorkflowSummary(
                    rows.Text(1), rows.Text(2), rows.OptionalText(3), rows.Int(4), rows.Int(5), labels,
                    StoredTime.FromMicroseconds(rows.Long(7)), StoredTime.FromMicroseconds(rows.Long(8))));
            }
            place = rows.Long(0);
        }
        return new Page<WorkflowSummary>(items.ToImmutable(), null);

        bool Contains(string part) => Lists.Fold(part).Contains(text!, StringComparison.Ordinal);
    }

    private static Statement AddContent(Statement statement, WorkflowContent content) => statement
        .Add(content.Name).Add(content.Description).Add(content.TaskCount)
        .Add(StoredLabels.Write(content.Labels));

    private static void InsertVersion(Connection connection, WorkflowVersion version) => connection[s_insertVersion]
        .Add(version.WorkflowId).Add(version.Version).Add(version.Name).Add(version.Definition.GetRawText()).Add(StoredTime.ToMicroseconds(version.CreatedAt)).Run();

    private static WorkflowVersion? ReadVersion(Statement row)
    {
        var version = row.Step() ? Version(row) : null;
        row.Reset();
        return version;
    }

    private static WorkflowVersion Version(Statement row) =>
        new(row.Text(0), row.Int(1), row.Text(2), Parse(row.Bytes(3)), StoredTime.FromMicroseconds(row.Long(4)));

    private static JsonElement Parse(ReadOnlySpan<byte> json) => JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 1_000 });
}
