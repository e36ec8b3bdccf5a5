using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Whether what one schema describes can be put where another is expected, as far as that is known before it runs.</summary>
internal static class SchemaFit
{
    /// <summary>
    /// Why it cannot, or <c>null</c>. A source that may be null fits: null at run time fails the task by itself, and only then.
    /// Likewise numbers and texts outside the target's limits: schemas say what may come, not what will.
    /// </summary>
    public static (string Code, string Reason)? Misfit(ValueSchema source, ValueSchema target, string what = "it")
    {
        if (source.Type == DataType.Any || target.Type == DataType.Any) return null;
        if (!Converts(source, target)) return (ProblemCodes.TypeMismatch, $"{what} is {Wording.A(source.Type)}, but {Wording.A(target.Type)} is expected");
        if (!source.Choices.IsEmpty && !target.Choices.IsEmpty && !source.Choices.Any(value => target.Choices.Any(other => JsonElement.DeepEquals(value, other))))
            return (ProblemCodes.Enum, $"none of the values of {what} is allowed: {string.Join(", ", target.Choices.Take(20).Select(Wording.Raw))}");

        if (source.Items is { } given && target.Items is { } wanted) return Misfit(given, wanted, source.Type == DataType.Array ? $"an item of {what}" : $"a value of {what}");
        return source is { Type: DataType.Object, Properties: not null } && target.Properties is not null ? Members(source, target, what) : null;
    }

    /// <summary>Follows a path into what a schema describes: what is there (<c>Any</c> where that is free), or the position of the step that leads nowhere.</summary>
    public static (ValueSchema? Schema, int Failed) Follow(ValueSchema schema, ImmutableArray<PathSegment> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (Into(schema, path[i]) is not { } next) return (null, i);
            schema = next;
        }

        return (schema, -1);
    }

    /// <summary>The same shape, with nothing in it required.</summary>
    public static ValueSchema Loosen(ValueSchema schema) => schema with
    {
        Nullable = true,
        Items = schema.Items is { } items ? Loosen(items) : null,
        Properties = schema.Properties is { } properties ? [.. properties.Select(property => property with { Required = false, Schema = Loosen(property.Schema) })] : null,
    };

    public static ValueSchema Of(ExpressionResult result) => result switch
    {
        ExpressionResult.String => new ValueSchema { Type = DataType.String },
        ExpressionResult.Integer => new ValueSchema { Type = DataType.Integer },
        ExpressionResult.Number => new ValueSchema { Type = DataType.Number },
        ExpressionResult.Boolean => new ValueSchema { Type = DataType.Boolean },
        ExpressionResult.Array => new ValueSchema { Type = DataType.Array },
        ExpressionResult.Object => new ValueSchema { Type = DataType.Object },
        _ => ValueSchema.Any,
    };

    private static bool Converts(ValueSchema source, ValueSchema target) => (source.Type, target.Type) switch
    {
        var (from, to) when from == to => true,
        (DataType.Integer, DataType.Number) => true,
        (DataType.File, DataType.Object) => target.Properties is null,
        (DataType.Object, DataType.File) => source.Properties is null,
        _ => false,
    };

    private static (string Code, string Reason)? Members(ValueSchema source, ValueSchema target, string what)
    {
        foreach (var wanted in target.Properties!.Value)
        {
            var given = source.Find(wanted.Name);
            if (given is null && wanted.Required) return (ProblemCodes.TypeMismatch, $"{what} has no '{wanted.Name}', which is required");
            if (given is not null && Misfit(given.Schema, wanted.Schema, $"'{wanted.Name}' of {what}") is { } misfit) return misfit;
        }

        foreach (var given in source.Properties!.Value)
            if (target.Find(given.Name) is null)
                return (ProblemCodes.TypeMismatch, $"{what} has '{given.Name}', which is not known there");
        return null;
    }

    private static ValueSchema? Into(ValueSchema schema, PathSegment segment) => schema.Type switch
    {
        // What a stored file tells about itself is the file room's business.
        DataType.Any or DataType.File => ValueSchema.Any,
        DataType.Object when schema.Properties is null => segment.Index is null ? schema.Items ?? ValueSchema.Any : null,
        DataType.Object => segment switch
        {
            { Name: { } name } => schema.Find(name)?.Schema,
            { Index: not null } => null,
            _ => ValueSchema.Any,
        },
        DataType.Array => segment.Name is null ? schema.Items ?? ValueSchema.Any : null,
        _ => null,
    };
}
