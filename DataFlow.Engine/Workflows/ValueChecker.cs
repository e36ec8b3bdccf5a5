using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Checks concrete JSON values against schemas: execution inputs, rendered task inputs, literals in definitions. Pure.</summary>
/// <remarks><c>1.0</c> and <c>1e3</c> are integers; numbers are judged by their digits and kept as they are.</remarks>
public static class ValueChecker
{
    /// <summary>Adds every problem of <paramref name="value"/> (it stops after a few hundred), its pointers beginning with <paramref name="pointer"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="schema">What it must look like.</param>
    /// <param name="pointer"><c>#/input</c></param>
    /// <param name="problems">Where they go: <c>type_mismatch</c>, <c>required</c>, <c>unknown_property</c>, <c>enum</c>, <c>range</c>, <c>length</c>, <c>pattern</c>, <c>format</c>.</param>
    public static void Check(JsonElement value, ValueSchema schema, string pointer, ICollection<Problem> problems) =>
        new ValueWalk(pointer, problems).Check(value, schema);

    /// <summary>The object with defaults put in for absent members, recursively. Values that lack nothing are answered as they are.</summary>
    public static JsonElement WithDefaults(JsonElement value, ValueSchema schema) => ValueDefaults.Fill(value, schema);
}
