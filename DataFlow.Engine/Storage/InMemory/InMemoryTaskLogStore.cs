using System.Collections.Immutable;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>Lines in memory, for tests.</summary>
internal sealed class InMemoryTaskLogStore(InMemoryDatabase database) : ITaskLogStore
{
    public ValueTask<TaskLogOutcome> AppendAsync(ImmutableArray<NewTaskLogLine> lines, TaskLogLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (written, unknown) = (ImmutableDictionary.CreateBuilder<string, ImmutableArray<TaskLogLine>>(), ImmutableHashSet.CreateBuilder<string>());
        lock (database.Gate)
        {
            foreach (var added in lines.GroupBy(line => line.ExecutionId))
            {
                if (!database.Executions.ContainsKey(added.Key))
                {
                    unknown.Add(added.Key);
                    continue;
                }
                var (kept, book) = database.TaskLogs.TryGetValue(added.Key, out var log) ? log : ([], default);
                written[added.Key] = book.Enter(added, limits, (line, _) => kept.Add(line));
                database.TaskLogs[added.Key] = (kept, book);
            }
        }
        return ValueTask.FromResult(new TaskLogOutcome(written.ToImmutable(), unknown.ToImmutable()));
    }

    public Task<Page<TaskLogLine>> ListAsync(TaskLogQuery query, CancellationToken cancellationToken)
    {
        var (after, limit) = (TaskLogBook.After(query), TaskLogBook.Limit(query));
        lock (database.Gate)
        {
            var kept = database.TaskLogs.TryGetValue(query.ExecutionId, out var log) ? log.Lines : [];
            return Task.FromResult(TaskLogBook.Page(
                [.. kept.Where(line => line.Number > after && TaskLogBook.Matches(query, line.Ref, line.Level) && TaskLogBook.Matches(query, line.Text)).Take(limit + 1)], limit));
        }
    }
}
