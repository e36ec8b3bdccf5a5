using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Judges strings that hold expressions, whose value is not known yet.</summary>
internal interface IExpressionJudge
{
    /// <summary>Judges the string at a plain pointer inside the value; false when it holds no expression and is a literal.</summary>
    bool Judge(string plainPointer, ValueSchema target, bool secretAllowed);
}

/// <summary>One walk over a value beside its schema.</summary>
internal sealed partial class ValueWalk(string pointer, ICollection<Problem> problems, IExpressionJudge? judge = null)
{
    private static readonly HashSet<string> s_sensitive = new(StringComparer.OrdinalIgnoreCase) { "secret", "secrets", "password", "passwd", "token", "authorization", "apikey", "key", "credential", "credentials" };

    // Names are only joined to a pointer when there is something to say, which is rare where it matters: at run time.
    private readonly List<PathSegment> _path = [];

    public void Check(JsonElement value, ValueSchema schema) => Check(value, schema, secret: false);

    private void Check(JsonElement value, ValueSchema schema, bool secret)
    {
        if (problems.Count >= ProblemList.Kept) return;
        secret |= schema.Secret;
        if (judge is not null && value.ValueKind == JsonValueKind.String && judge.Judge(Plain(), schema, secret)) return;
        if (value.ValueKind == JsonValueKind.Null)
        {
            if (!schema.Nullable && schema.Type != DataType.Any) Mismatch(value, schema, secret);
            return;
        }

        if (!IsOf(schema.Type, value))
        {
            Mismatch(value, schema, secret);
            return;
        }

        var holdsExpressions = Contents(value, schema, secret);
        if (!schema.Choices.IsEmpty && !holdsExpressions) Choices(value, schema, secret);
        if (value.ValueKind == JsonValueKind.Number) Range(value, schema, secret);
        if (value.ValueKind == JsonValueKind.String) Text(value.GetString()!, schema, secret);
    }

    private static bool IsOf(DataType type, JsonElement value) => type switch
    {
        DataType.Any => true,
        DataType.String => value.ValueKind == JsonValueKind.String,
        DataType.Integer => value.ValueKind == JsonValueKind.Number && JsonNumber.IsInteger(value),
        DataType.Number => value.ValueKind == JsonValueKind.Number,
        DataType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        DataType.Array => value.ValueKind == JsonValueKind.Array,
        DataType.File => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("$file"u8, out _),
        _ => value.ValueKind == JsonValueKind.Object,
    };

    /// <summary>Checks what is inside; says whether expressions may be in it, so that it cannot be compared as a whole.</summary>
    private bool Contents(JsonElement value, ValueSchema schema, bool secret)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            Length(value.GetArrayLength(), schema, "items");
            var items = schema.Type == DataType.Array ? schema.Items : null;
            if (items is null && judge is null) return false;
            var index = 0;
            foreach (var item in value.EnumerateArray()) Inside(PathSegment.At(index++), item, items ?? ValueSchema.Any, secret);
            return judge is not null;
        }

        if (value.ValueKind != JsonValueKind.Object) return false;
        var properties = schema.Type == DataType.Object ? schema.Properties : null;
        var free = (schema.Type == DataType.Object ? schema.Items : null) ?? ValueSchema.Any;
        if (properties is null && free.Type == DataType.Any && judge is null) return false;
        foreach (var member in value.EnumerateObject())
        {
            if (properties is null) Inside(PathSegment.Member(member.Name), member.Value, free, secret);
            else if (Find(schema, member) is { } known) Inside(PathSegment.Member(known.Name), member.Value, known.Schema, secret);
            else Unknown(member.Name, schema);
        }

        foreach (var property in properties ?? [])
            if (property.Required && !value.TryGetProperty(property.Name, out _))
                Missing(property);
        return judge is not null;
    }

    private void Inside(PathSegment segment, JsonElement value, ValueSchema schema, bool secret)
    {
        _path.Add(segment);
        Check(value, schema, secret);
        _path.RemoveAt(_path.Count - 1);
    }

    private static PropertySchema? Find(ValueSchema schema, JsonProperty member)
    {
        foreach (var property in schema.Properties!.Value)
            if (member.NameEquals(property.Name)) return property;
        return null;
    }

    private void Unknown(string name, ValueSchema schema)
    {
        var names = schema.Properties!.Value.Select(property => property.Name);
        var (nearest, all) = (NearestName.Find(name, names), string.Join(", ", names.Take(20)));
        Report(ProblemCodes.UnknownProperty, all.Length == 0 ? $"{Wording.Quote(name)} is not known here; there are no members." : $"{Wording.Quote(name)} is not known here. Known: {all}.", nearest, name);
    }

    private void Missing(PropertySchema property) =>
        Report(ProblemCodes.Required, $"'{property.Name}' is required: {Wording.A(property.Schema.Type)}.", null, property.Name);

    private void Choices(JsonElement value, ValueSchema schema, bool secret)
    {
        foreach (var choice in schema.Choices)
            if (JsonElement.DeepEquals(choice, value))
                return;
        var nearest = value.ValueKind == JsonValueKind.String
            ? NearestName.Find(value.GetString()!, schema.Choices.Where(choice => choice.ValueKind == JsonValueKind.String).Select(choice => choice.GetString()!))
            : null;
        var all = string.Join(", ", schema.Choices.Take(20).Select(Wording.Raw));
        Report(ProblemCodes.Enum, $"Allowed are {all}; found {Found(value, secret)}.", nearest);
    }

    private void Range(JsonElement value, ValueSchema schema, bool secret)
    {
        var number = value.GetDouble();
        if (number >= (schema.Minimum ?? double.NegativeInfinity) && number <= (schema.Maximum ?? double.PositiveInfinity)) return;
        Report(ProblemCodes.Range, $"Expected {Limits(schema.Minimum, schema.Maximum, "")}, found {Found(value, secret)}.");
    }

    private void Text(string text, ValueSchema schema, bool secret)
    {
        if (schema.MinLength is not null || schema.MaxLength is not null) Length(Wording.Characters(text), schema, "characters");
        if (schema.Pattern is { } pattern && TextPatterns.TryCompile(pattern, out var regex, out _) && !TextPatterns.IsMatch(regex, text))
            Report(ProblemCodes.Pattern, $"Expected text that matches {Wording.Quote(pattern)}{(IsHidden(secret) ? "" : $", found {Wording.Quote(text)}")}.");
        if (schema.Format == "uri" && !IsUri(text))
            Report(ProblemCodes.Format, $"Expected an absolute http or https address, https://example.com/page{(IsHidden(secret) ? "" : $"; found {Wording.Quote(text)}")}.");
        if (schema.Format == "date-time" && !IsDateTime(text))
            Report(ProblemCodes.Format, $"Expected a moment with its offset, 2030-01-01T09:00:00Z{(IsHidden(secret) ? "" : $"; found {Wording.Quote(text)}")}.");
    }

    // RFC 3339: a moment without its offset is another moment on every machine.
    private static bool IsDateTime(string text) =>
        DateTimeMoment().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", RegexOptions.NonBacktracking)]
    private static partial Regex DateTimeMoment();

    private static bool IsUri(string text)
    {
        foreach (var c in text)
            if (char.IsControl(c) || c == ' ') return false;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;
    }

    private void Length(int length, ValueSchema schema, string unit)
    {
        if (length >= (schema.MinLength ?? 0) && length <= (schema.MaxLength ?? int.MaxValue)) return;
        Report(ProblemCodes.Length, $"Expected {Limits(schema.MinLength, schema.MaxLength, " " + unit)}, found {length}.");
    }

    private static string Limits(double? least, double? most, string unit) => (least, most) switch
    {
        ({ } low, { } high) => $"{Wording.Number(low)} to {Wording.Number(high)}{unit}",
        ({ } low, null) => $"{Wording.Number(low)} or more{unit}",
        (_, { } high) => $"at most {Wording.Number(high)}{unit}",
        _ => "",
    };

    private void Mismatch(JsonElement value, ValueSchema schema, bool secret)
    {
        var quoted = value.ValueKind == JsonValueKind.String && !secret && schema.Type is DataType.Integer or DataType.Number or DataType.Boolean
            && JsonReading.Read(Encoding.UTF8.GetBytes(value.GetString() ?? "")) is { Value: { } bare } && IsOf(schema.Type, bare);
        Report(ProblemCodes.TypeMismatch, $"Expected {Wording.A(schema.Type)}, found {Found(value, secret)}.{(quoted ? " Write it without quotes." : "")}");
    }

    private string Found(JsonElement value, bool secret) => Wording.Found(value, IsHidden(secret));

    /// <summary>What looks like a credential is not repeated, marked as one or not.</summary>
    private bool IsHidden(bool secret) => secret || _path.Exists(segment => segment.Name is { } name && name.Split('_', '-', ' ').Any(s_sensitive.Contains));

    private void Report(string code, string detail, string? suggestion = null, string? member = null)
    {
        var at = pointer;
        foreach (var segment in member is null ? _path : [.. _path, PathSegment.Member(member)])
        {
            if (at.Length + segment.Name?.Length > JsonPointer.Longest) break;
            at = segment.Name is { } name ? JsonPointer.Append(at, name) : JsonPointer.Append(at, segment.Index ?? 0);
        }

        problems.Add(new Problem(at, code, suggestion is null ? detail : $"{detail} Did you mean '{suggestion}'?", suggestion));
    }

    private string Plain()
    {
        if (_path.Count == 0) return "";
        var plain = new StringBuilder();
        foreach (var segment in _path)
        {
            plain.Append('/');
            if (segment.Name is { } name) plain.Append(JsonPointer.Escape(name));
            else plain.Append(segment.Index);
        }

        return plain.ToString();
    }
}
