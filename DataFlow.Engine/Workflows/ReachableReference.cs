using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>What kind of thing an expression names.</summary>
public enum ReachableKind
{
    /// <summary>A declared input of the workflow, or something inside it.</summary>
    Input,

    /// <summary>An output of a task that has ended by then, or something inside it.</summary>
    Output,

    /// <summary><c>execution.id</c>, <c>workflow.id</c>.</summary>
    Id,
}

/// <summary>Something an expression can name at a place.</summary>
/// <param name="Text">As it is written between the braces: <c>refs.download.output.links[0].href</c>.</param>
/// <param name="Schema">What it gives.</param>
/// <param name="Kind">What kind of thing it is.</param>
public sealed record ReachableReference(string Text, ValueSchema Schema, ReachableKind Kind)
{
    /// <summary>The type in words: <c>string</c>, <c>array of object</c>.</summary>
    public string Type => Word(Schema);

    private static string Word(ValueSchema schema) => schema switch
    {
        { Type: DataType.Array, Items: { } items } => $"array of {Word(items)}",
        _ => schema.Type.ToString().ToLowerInvariant(),
    };
}
