using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Stands for a task that does not run because its output is given: it takes anything and gives what its type gives.</summary>
internal sealed class GivenTaskType(string written, TaskSpecification? original) : TaskType
{
    private static readonly JsonElement s_example = JsonElement.Parse("{}"u8);

    /// <summary>No name that a definition can hold begins so.</summary>
    private const string Mark = "\0";

    public override TaskSpecification Specification { get; } = new()
    {
        Type = original?.Type ?? written,
        Description = original?.Description ?? "",
        Category = original?.Category ?? "",
        Repeat = TaskRepeat.Pure,
        Input = new ValueSchema { Type = DataType.Object },
        Output = original?.Output ?? ValueSchema.Any,
        Example = s_example,
    };

    public override ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken) =>
        throw new UnreachableException("What is given does not run.");

    public static string NameOf(string written) => Mark + written;

    /// <summary>A catalogue that knows both the types and what stands for them.</summary>
    internal sealed class Catalog(ITaskCatalog inner) : ITaskCatalog
    {
        public IReadOnlyList<TaskType> All => inner.All;

        public bool TryGet(string name, [NotNullWhen(true)] out TaskType? type)
        {
            if (!name.StartsWith(Mark, StringComparison.Ordinal)) return inner.TryGet(name, out type);
            type = new GivenTaskType(name[Mark.Length..], inner.TryGet(name[Mark.Length..], out var original) ? original.Specification : null);
            return true;
        }

        public string? Nearest(string name) => inner.Nearest(name);
    }
}
