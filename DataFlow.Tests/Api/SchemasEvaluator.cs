using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataFlow.Tests.Api;

/// <summary>As much of JSON Schema 2020-12 as the published schema uses; a keyword that it does not know fails the test.</summary>
internal sealed class SchemasEvaluator(JsonElement root)
{
    private static readonly HashSet<string> Notes = ["$schema", "title", "description", "default", "examples", "format", "writeOnly", "$defs"];

    public IEnumerable<string> Errors(JsonElement value) => Errors(root, value, "#");

    private IEnumerable<string> Errors(JsonElement schema, JsonElement value, string at)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return schema.ValueKind == JsonValueKind.True ? [] : [$"{at} may not be there"];
        return schema.EnumerateObject().SelectMany(keyword => Errors(schema, keyword.Name, keyword.Value, value, at));
    }

    private IEnumerable<string> Errors(JsonElement schema, string keyword, JsonElement says, JsonElement value, string at) => keyword switch
    {
        "$ref" => Errors(Resolve(says.GetString()!), value, at),
        "type" => One(Types(says).Any(type => Is(type!, value)), $"{at} is not {says}"),
        "enum" => One(says.EnumerateArray().Any(each => JsonElement.DeepEquals(each, value)), $"{at} is none of {says}"),
        "const" => One(JsonElement.DeepEquals(says, value), $"{at} is not {says}"),
        "anyOf" => One(says.EnumerateArray().Any(each => !Errors(each, value, at).Any()), $"{at} fits none: {string.Join("; ", says.EnumerateArray().SelectMany(each => Errors(each, value, at)).Take(6))}"),
        "allOf" => says.EnumerateArray().SelectMany(each => Errors(each, value, at)),
        "if" => Errors(says, value, at).Any() ? [] : Errors(schema.GetProperty("then"), value, at),
        "then" => [],
        "pattern" => value.ValueKind == JsonValueKind.String ? One(Regex.IsMatch(value.GetString()!, says.GetString()!), $"{at} does not match {says}") : [],
        "minLength" => value.ValueKind == JsonValueKind.String ? One(Length(value) >= says.GetInt32(), $"{at} is too short") : [],
        "maxLength" => value.ValueKind == JsonValueKind.String ? One(Length(value) <= says.GetInt32(), $"{at} is too long") : [],
        "minimum" => value.ValueKind == JsonValueKind.Number ? One(value.GetDouble() >= says.GetDouble(), $"{at} is too small") : [],
        "maximum" => value.ValueKind == JsonValueKind.Number ? One(value.GetDouble() <= says.GetDouble(), $"{at} is too large") : [],
        "minItems" => value.ValueKind == JsonValueKind.Array ? One(value.GetArrayLength() >= says.GetInt32(), $"{at} has too few") : [],
        "maxItems" => value.ValueKind == JsonValueKind.Array ? One(value.GetArrayLength() <= says.GetInt32(), $"{at} has too many") : [],
        "maxProperties" => value.ValueKind == JsonValueKind.Object ? One(value.GetPropertyCount() <= says.GetInt32(), $"{at} has too many") : [],
        "items" => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, index) => Errors(says, item, $"{at}/{index}")) : [],
        "required" => value.ValueKind == JsonValueKind.Object ? says.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at}/{name} is missing") : [],
        "properties" => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Where(member => says.TryGetProperty(member.Name, out _)).SelectMany(member => Errors(says.GetProperty(member.Name), member.Value, $"{at}/{member.Name}")) : [],
        "additionalProperties" => value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Where(member => !(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _))).SelectMany(member => Errors(says, member.Value, $"{at}/{member.Name}")) : [],
        _ => Notes.Contains(keyword) ? [] : throw new InvalidOperationException($"The keyword {keyword} is not known."),
    };

    private JsonElement Resolve(string reference) => reference.Split('/').Skip(1).Aggregate(root, (at, name) => at.GetProperty(name));

    private static IEnumerable<string?> Types(JsonElement says) => says.ValueKind == JsonValueKind.Array ? says.EnumerateArray().Select(each => each.GetString()) : [says.GetString()];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && Math.Floor(value.GetDouble()) == value.GetDouble(),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => string.Equals(value.ValueKind.ToString(), type, StringComparison.OrdinalIgnoreCase),
    };

    // Characters as JSON Schema counts them: code points.
    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private static IEnumerable<string> One(bool right, string wrong) => right ? [] : [wrong.Length > 400 ? string.Create(CultureInfo.InvariantCulture, $"{wrong[..400]}…") : wrong];
}
