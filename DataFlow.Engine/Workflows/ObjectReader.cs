using System.Text;
using System.Text.Json;

using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>What may stand in an object.</summary>
/// <param name="What">For details: <c>a task</c>.</param>
/// <param name="Known">Members that are read.</param>
internal sealed record MemberNames(string What, params string[] Known)
{
    /// <summary>Other products' words, and ours in other places.</summary>
    public Dictionary<string, string> Siblings { get; init; } = [];

    /// <summary>Known ideas that are not carried out yet.</summary>
    public string[] NotYet { get; init; } = [];
}

/// <summary>Reads the members of one object strictly: unknown ones are refused when it is opened, wrong ones when they are read.</summary>
internal readonly struct ObjectReader
{
    private readonly JsonElement _object;

    private ObjectReader(JsonElement value, string pointer, ProblemList problems) => (_object, Pointer, Problems) = (value, pointer, problems);

    public string Pointer { get; }

    public ProblemList Problems { get; }

    public static ObjectReader? Open(JsonElement value, string pointer, MemberNames names, ProblemList problems)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            problems.Add(pointer, ProblemCodes.TypeMismatch, $"Expected an object ({names.What}), found {Wording.Found(value, secret: false)}.");
            return null;
        }

        foreach (var member in value.EnumerateObject())
            if (!IsKnown(member, names.Known))
                Refuse(member.Name, pointer, names, problems);
        return new ObjectReader(value, pointer, problems);
    }

    public string At(string name) => JsonPointer.Append(Pointer, name);

    public JsonElement? Get(string name) => _object.TryGetProperty(name, out var value) ? value : null;

    public JsonElement? Require(string name, string why)
    {
        if (Get(name) is { } value) return value;
        Problems.Add(At(name), ProblemCodes.Required, $"'{name}' is required: {why}");
        return null;
    }

    /// <summary>A string, or <c>null</c> when it is absent or something else.</summary>
    public string? Text(string name)
    {
        if (Get(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Mismatch(name, "a string", value);
        return null;
    }

    /// <summary>A line of text for people.</summary>
    public string? Line(string name, int most)
    {
        if (Text(name) is not { } text) return null;
        var length = Wording.Characters(text);
        if (length > most || string.IsNullOrWhiteSpace(text))
            Problems.Add(At(name), ProblemCodes.Length, $"Expected 1 to {most} characters that are not all blank, found {length}.");
        if (text.Any(char.IsControl))
            Problems.Add(At(name), ProblemCodes.Format, "Control characters such as line breaks and tabs cannot stand here.");
        if (text.EnumerateRunes().Any(IsBidiControl))
            Problems.Add(At(name), ProblemCodes.BidiControl, "Characters that reorder the text around them (U+202A to U+202E, U+2066 to U+2069) cannot stand here.");
        return text;
    }

    public string? Description()
    {
        if (Text("description") is not { } text) return null;
        if (Wording.Characters(text) is > WorkflowLimits.DescriptionLength and var length)
            Problems.Add(At("description"), ProblemCodes.Length, $"Expected at most {WorkflowLimits.DescriptionLength} characters, found {length}.");
        return text;
    }

    public double? Number(string name, double least, double most, string expected = "a number")
    {
        if (Get(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number)
        {
            Mismatch(name, expected, value);
            return null;
        }

        if (value.GetDouble() is var number && number >= least && number <= most) return number;
        OutOfRange(name, value, least, most);
        return null;
    }

    public int? Integer(string name, int least, int most)
    {
        if (Get(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !JsonNumber.IsInteger(value))
        {
            Mismatch(name, "an integer", value);
            return null;
        }

        if (JsonNumber.TryGetInt32(value, out var number) && number >= least && number <= most) return number;
        OutOfRange(name, value, least, most);
        return null;
    }

    public bool? Boolean(string name)
    {
        if (Get(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Mismatch(name, "true or false", value);
        return null;
    }

    public double? Seconds(string name, double least, double most) => Number(name, least, most, "a number of seconds");

    public TimeSpan? Timeout(string name, double most) =>
        Seconds(name, WorkflowLimits.SmallestTimeoutSeconds, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public IEnumerable<JsonElement> Items(string name, int least, int most)
    {
        if (Get(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Mismatch(name, "an array", value);
            return [];
        }

        var count = value.GetArrayLength();
        if (count < least) Problems.Add(At(name), ProblemCodes.MinItems, $"Expected at least {least}, found {count}.");
        if (count <= most) return value.EnumerateArray();
        Problems.Add(At(name), ProblemCodes.MaxItems, $"Expected at most {most}, found {count}.");
        return [];
    }

    public void Mismatch(string name, string expected, JsonElement found) =>
        Problems.Add(At(name), ProblemCodes.TypeMismatch, $"Expected {expected}, found {Wording.Found(found, secret: false)}.");

    private void OutOfRange(string name, JsonElement value, double least, double most) =>
        Problems.Add(At(name), ProblemCodes.Range, $"Expected {Wording.Number(least)} to {Wording.Number(most)}, found {Wording.Found(value, secret: false)}.");

    private static bool IsKnown(JsonProperty member, string[] known)
    {
        foreach (var name in known)
            if (member.NameEquals(name)) return true;
        return false;
    }

    private static void Refuse(string name, string pointer, MemberNames names, ProblemList problems)
    {
        if (!problems.HasRoom) return;
        var at = JsonPointer.Append(pointer, name);
        if (names.NotYet.Contains(name, StringComparer.Ordinal))
        {
            problems.Add(at, ProblemCodes.NotSupportedYet, $"'{name}' is not supported yet.");
            return;
        }

        var meant = names.Siblings.GetValueOrDefault(name) ?? NearestName.Find(name, names.Known);
        problems.Add(at, ProblemCodes.UnknownProperty, $"{Wording.Quote(name)} is not a member of {names.What}. Known: {string.Join(", ", names.Known)}.", meant);
    }

    private static bool IsBidiControl(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
