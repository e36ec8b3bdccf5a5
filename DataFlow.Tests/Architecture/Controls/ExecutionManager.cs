namespace DataFlow.Tests.Architecture.Controls;

/// <summary>Named as nothing here may be named.</summary>
internal sealed class ExecutionManager : IAsyncDisposable
{
    public static Task Run() => Task.CompletedTask;

    public static IAsyncEnumerable<int> List() => AsyncEnumerable.Empty<int>();

    public static Task RunAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
