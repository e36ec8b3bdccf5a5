using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>Follows references through JSON.</summary>
internal static class ReferenceResolver
{
    /// <summary>False when something on the way is missing or null.</summary>
    public static bool TryResolve(ITemplateScope scope, Reference reference, out JsonElement value)
    {
        if (!scope.TryGet(reference.Root, reference.Name, out value))
        {
            return false;
        }

        foreach (var segment in reference.Path)
        {
            if (!TryStep(value, segment, out value))
            {
                return false;
            }
        }

        return value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
    }

    public static bool TryStep(JsonElement from, PathSegment segment, out JsonElement value)
    {
        if (segment.Name is { } name)
        {
            if (from.ValueKind == JsonValueKind.Object)
            {
                return from.TryGetProperty(name, out value);
            }
        }
        else if (from.ValueKind == JsonValueKind.Array)
        {
            var length = from.GetArrayLength();
            var index = segment.Index!.Value;
            index = index < 0 ? index + length : index;
            if ((uint)index < (uint)length)
            {
                value = from[index];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Why <see cref="TryResolve"/> said no.</summary>
    public static string Explain(ITemplateScope scope, Reference reference)
    {
        var whole = ReferenceText.Of(reference);
        if (!scope.TryGet(reference.Root, reference.Name, out var value))
        {
            return $"'{whole}' is missing: {NoRoot(reference)}.";
        }

        for (var i = 0; i < reference.Path.Length; i++)
        {
            var segment = reference.Path[i];
            if (!TryStep(value, segment, out var next))
            {
                return $"'{whole}' is missing: {Missing(Prefix(reference, i), value.ValueKind, segment)}.";
            }

            value = next;
        }

        return $"'{whole}' is null.";
    }

    /// <summary>Says what stands where a step could not be made.</summary>
    public static string Missing(string prefix, JsonValueKind kind, PathSegment segment) => (kind, segment) switch
    {
        (JsonValueKind.Null or JsonValueKind.Undefined, _) => $"'{prefix}' is null",
        (JsonValueKind.Object, { Name: { } name }) => $"'{prefix}' has no '{name}'",
        (JsonValueKind.Array, { Index: { } index }) => $"'{prefix}' has no element {index}",
        (JsonValueKind.Array, { Name: "size" or "length" or "count" }) => $"'{prefix}' is an array, count it with '| array.size'",
        (_, { Name: { } name }) => $"'{prefix}' is {KindName(kind)} and has no '{name}'",
        (_, { Index: { } index }) => $"'{prefix}' is {KindName(kind)} and has no element {index}",
        _ => $"'{prefix}' has nothing there",
    };

    public static string KindName(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private static string Prefix(Reference reference, int count) => ReferenceText.Of(reference.Root, reference.Name, reference.Path, count);

    private static string NoRoot(Reference reference) => reference.Root switch
    {
        ReferenceRoot.Input => $"the input '{reference.Name}' was not given",
        ReferenceRoot.Task => $"the task '{reference.Name}' has no output",
        ReferenceRoot.Secret => $"there is no secret '{reference.Name}'",
        ReferenceRoot.Item or ReferenceRoot.Index => "it exists only in a task with 'for_each'",
        _ => "it is not known here",
    };
}
