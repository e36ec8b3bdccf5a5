using System.Collections.Concurrent;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Support;

/// <summary>The product's task types, each held at its beginning until the test has seen it run: a task of two milliseconds is seen running too.</summary>
internal sealed class BrowserHeldTasks
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> holds = new(StringComparer.Ordinal);

    public void Use(IServiceCollection services) => services.AddSingleton<ITaskCatalog>(provider =>
        new TaskCatalog(TaskCatalog.Scan([typeof(TaskType).Assembly], provider).All.Select(type => type is IDurableWait ? type : new Held(type, this))));

    /// <summary>Lets all attempts of a type go on, now and later.</summary>
    public void LetGo(string type) => Hold(type).TrySetResult();

    private TaskCompletionSource Hold(string type) => holds.GetOrAdd(type, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class Held(TaskType type, BrowserHeldTasks tasks) : TaskType
    {
        public override TaskSpecification Specification => type.Specification;

        public override async ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken)
        {
            await tasks.Hold(Specification.Type).Task.WaitAsync(cancellationToken);
            return await type.InvokeAsync(input, context, cancellationToken);
        }

        public override string? MissingCredential() => type.MissingCredential();
    }
}
