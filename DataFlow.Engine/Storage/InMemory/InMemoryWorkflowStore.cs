using System.Text.Json;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>Workflows in memory, for tests.</summary>
internal sealed class InMemoryWorkflowStore(InMemoryDatabase database) : IWorkflowStore
{
    public Task<WorkflowVersion> CreateAsync(string id, WorkflowContent content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var row = new WorkflowRow { Position = database.Workflows.Count + 1, Content = content };
            return database.Workflows.TryAdd(id, row)
                ? Task.FromResult(Add(id, row, content, now))
                : Task.FromException<WorkflowVersion>(new DuplicateIdException(id));
        }
    }

    public Task<UpdateOutcome> UpdateAsync(string id, WorkflowContent content, int? expectedVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult(Update(id, content, expectedVersion, now));
    }

    public Task<WorkflowVersion?> GetAsync(string id, int? version, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            if (!database.Workflows.TryGetValue(id, out var row) || (version is null && row.IsDeleted))
                return Task.FromResult<WorkflowVersion?>(null);
            return Task.FromResult(row.Find(version ?? row.Versions.Count));
        }
    }

    public Task<Page<WorkflowSummary>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(query);
        var cursor = Cursor.Decode(query.Cursor, list);
        lock (database.Gate)
        {
            var found = database.Workflows
                .Where(pair => !pair.Value.IsDeleted && (cursor is not { } c || pair.Value.Position < c.Major) && Matches(pair.Key, pair.Value.Content, query))
                .OrderByDescending(pair => pair.Value.Position)
                .Take(Lists.Limit(query.Limit) + 1).ToList();
            var page = found.Take(Lists.Limit(query.Limit)).ToList();
            return Task.FromResult(new Page<WorkflowSummary>(
                [.. page.Select(pair => Summarise(pair.Key, pair.Value))],
                found.Count > page.Count ? new Cursor(page[^1].Value.Position, 0).Encode(list) : null));
        }
    }

    public Task<Page<WorkflowVersion>> ListVersionsAsync(string id, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var list = Lists.DescribeVersions(id);
        var before = Cursor.Decode(cursor, list);
        lock (database.Gate)
        {
            IEnumerable<WorkflowVersion> versions = database.Workflows.TryGetValue(id, out var row) && !row.IsDeleted ? row.Versions : [];
            var found = versions.Where(version => before is not { } c || version.Version < c.Major).OrderByDescending(version => version.Version).Take(Lists.Limit(limit) + 1).ToList();
            var page = found.Take(Lists.Limit(limit)).ToList();
            return Task.FromResult(new Page<WorkflowVersion>([.. page], found.Count > page.Count ? new Cursor(page[^1].Version, 0).Encode(list) : null));
        }
    }

    public Task<bool> DeleteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            if (!database.Workflows.TryGetValue(id, out var row) || row.IsDeleted)
                return Task.FromResult(false);
            row.IsDeleted = true;
            return Task.FromResult(true);
        }
    }

    private UpdateOutcome Update(string id, WorkflowContent content, int? expectedVersion, DateTimeOffset now)
    {
        if (!database.Workflows.TryGetValue(id, out var row) || row.IsDeleted)
            return new UpdateOutcome.NotFound();
        var current = row.Versions[^1];
        if (expectedVersion is { } expected && expected != current.Version)
            return new UpdateOutcome.VersionConflict(current.Version);
        if (JsonElement.DeepEquals(current.Definition, content.Definition))
            return new UpdateOutcome.Updated(current, Changed: false);
        row.Content = content;
        return new UpdateOutcome.Updated(Add(id, row, content, now), Changed: true);
    }

    private static WorkflowVersion Add(string id, WorkflowRow row, WorkflowContent content, DateTimeOffset now)
    {
        var version = new WorkflowVersion(id, row.Versions.Count + 1, content.Name, content.Definition.Clone(), StoredTime.Round(now));
        row.Versions.Add(version);
        return version;
    }

    private static WorkflowSummary Summarise(string id, WorkflowRow row) => new(
        id, row.Content.Name, row.Content.Description, row.Versions.Count, row.Content.TaskCount, row.Content.Labels, row.Versions[0].CreatedAt, row.Versions[^1].CreatedAt);

    private static bool Matches(string id, WorkflowContent content, WorkflowQuery query) =>
        (LabelFilter.Of(query.Label) is not { } label || label.Matches(content.Labels))
        && (string.IsNullOrEmpty(query.Text) || new[] { id, content.Name, content.Description }
            .Any(text => text is not null && Lists.Fold(text).Contains(Lists.Fold(query.Text), StringComparison.Ordinal)));
}
