using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>What a value must look like: a workflow input, one input field of a task, or its output. Immutable.</summary>
public sealed record ValueSchema
{
    /// <summary>A value about which nothing is known.</summary>
    public static ValueSchema Any { get; } = new() { Type = DataType.Any };

    /// <summary>The type.</summary>
    public required DataType Type { get; init; }

    /// <summary>Whether <c>null</c> is a value of it.</summary>
    public bool Nullable { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>An example value.</summary>
    public JsonElement? Example { get; init; }

    /// <summary>The only values allowed; empty: no such limit.</summary>
    public ImmutableArray<JsonElement> Choices { get; init; } = [];

    /// <summary>Smallest number, inclusive.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest number, inclusive.</summary>
    public double? Maximum { get; init; }

    /// <summary>Fewest characters or items.</summary>
    public int? MinLength { get; init; }

    /// <summary>Most characters or items.</summary>
    public int? MaxLength { get; init; }

    /// <summary>A regular expression that strings must match.</summary>
    public string? Pattern { get; init; }

    /// <summary>A named format of strings: <c>uri</c>; <c>null</c>: none.</summary>
    public string? Format { get; init; }

    /// <summary>Whether <c>{{secrets.NAME}}</c> may stand here, and its value must never be shown.</summary>
    public bool Secret { get; init; }

    /// <summary>Schema of an array's items, or of the values of a free-form object; <c>null</c>: any.</summary>
    public ValueSchema? Items { get; init; }

    /// <summary>Members of an object, in order; <c>null</c>: free form, any member may be there.</summary>
    public ImmutableArray<PropertySchema>? Properties { get; init; }

    /// <summary>Finds a member by its exact name; <c>null</c> when the object is free form or has no such member.</summary>
    public PropertySchema? Find(string name)
    {
        if (Properties is { } properties)
            foreach (var property in properties)
                if (property.Name == name) return property;
        return null;
    }
}

/// <summary>One member of an object.</summary>
/// <param name="Name">snake_case name on the wire.</param>
/// <param name="Schema">Its shape.</param>
/// <param name="Required">Whether it must be given (no default, not nullable by omission).</param>
/// <param name="Default">What stands in when it is absent.</param>
public sealed record PropertySchema(string Name, ValueSchema Schema, bool Required, JsonElement? Default = null);
