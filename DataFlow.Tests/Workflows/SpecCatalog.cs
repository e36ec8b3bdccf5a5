using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Workflows;

/// <summary>Task types that are nothing but a specification, for checks that real ones have no fields for.</summary>
internal sealed class SpecCatalog(params TaskType[] types) : ITaskCatalog
{
    public IReadOnlyList<TaskType> All => types;

    public bool TryGet(string name, [NotNullWhen(true)] out TaskType? type)
    {
        type = types.FirstOrDefault(each => Fold(each.Specification.Type) == Fold(name));
        return type is not null;
    }

    public string? Nearest(string name) => types.Select(each => each.Specification.Type).FirstOrDefault(each => Fold(each)[0] == Fold(name + "?")[0]);

    public static TaskType Type(string name, PropertySchema[] input, PropertySchema[] output) => new Described(new TaskSpecification
    {
        Type = name,
        Description = name,
        Category = name.Split('.')[0],
        Repeat = TaskRepeat.Pure,
        Input = Object(input),
        Output = Object(output),
        Example = EngineJson.Null,
    });

    public static PropertySchema Required(string name, ValueSchema schema) => new(name, schema, Required: true);

    public static PropertySchema Optional(string name, ValueSchema schema, string? @default = null) =>
        new(name, schema with { Nullable = @default is null }, Required: false, @default is null ? null : JsonElement.Parse(@default));

    public static ValueSchema Of(DataType type) => new() { Type = type };

    public static ValueSchema Object(params PropertySchema[] properties) => new() { Type = DataType.Object, Properties = [.. properties] };

    public static ValueSchema List(ValueSchema items) => new() { Type = DataType.Array, Items = items };

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private sealed class Described(TaskSpecification specification) : TaskType
    {
        public override TaskSpecification Specification => specification;

        public override ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken) => new(EngineJson.Null);
    }
}
