namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Something to be written together with whatever else waits, and somebody waiting for it.</summary>
internal abstract class WriteOperation
{
    /// <summary>Whether it may run inside a transaction; maintenance may not.</summary>
    public virtual bool IsTransactional => true;

    /// <summary>What is not transactional is only done when nothing else is to be; else it fails.</summary>
    public virtual bool GivesWay => true;

    /// <summary>Writes. A refusal (see <see cref="SqliteWriter.IsRefusal"/>) is thrown before the first write.</summary>
    public abstract void Apply(WriteSession session);

    /// <summary>It is committed.</summary>
    public abstract void Complete();

    /// <summary>Nothing of it was kept.</summary>
    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal sealed class WriteOperation<T>(Func<WriteSession, T> apply) : WriteOperation
{
    // Waiters go on elsewhere: the writer's thread writes and does nothing else.
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _source.Task;

    public override void Apply(WriteSession session) => _result = apply(session);

    public override void Complete() => _source.SetResult(_result);

    public override void Fail(Exception error) => _source.SetException(error);
}
