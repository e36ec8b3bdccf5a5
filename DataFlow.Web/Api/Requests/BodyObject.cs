using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Api.Requests;

/// <summary>
/// The members of a small request object, read strictly: JSON as definitions are read, nothing unknown, every wrong member a problem with its pointer.
/// </summary>
internal sealed class BodyObject
{
    private readonly JsonElement members;
    private readonly string place;
    private List<ProblemEntry>? problems;
    private bool truncated;

    private BodyObject(JsonElement members, string place = JsonPointer.Root) => (this.members, this.place) = (members, place);

    /// <summary>Reads a body in which only <paramref name="known"/> members may stand. An absent body is an object without members.</summary>
    public static BodyObject Read(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> known)
    {
        if (json.IsEmpty) return new BodyObject(default);
        var reading = JsonReading.Read(json);
        if (reading.Value is not { } root)
            return new BodyObject(default) { problems = [.. ProblemReply.Entries(reading.Problems)], truncated = reading.Truncated };
        if (root.ValueKind != JsonValueKind.Object)
        {
            var other = new BodyObject(default);
            other.Add(JsonPointer.Root, "type_mismatch", $"Expected an object, found {Word(root.ValueKind)}.");
            return other;
        }
        var body = new BodyObject(root);
        foreach (var member in root.EnumerateObject())
            if (!IsKnown(member, known)) body.Unknown(member.Name, known);
        return body;
    }

    /// <summary>Whether anything is wrong so far.</summary>
    public bool HasProblems => problems is { Count: > 0 };

    /// <summary>Whether its members could be read: it is an object, or absent.</summary>
    public bool IsReadable => members.ValueKind == JsonValueKind.Object || !HasProblems;

    /// <summary>A member, whatever it is; <c>null</c>: absent.</summary>
    public JsonElement? Any(string name) =>
        members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var value) ? value : null;

    /// <summary>An object; <c>null</c>: absent, or a problem.</summary>
    public JsonElement? Object(string name)
    {
        if (Any(name) is not { } value || value.ValueKind == JsonValueKind.Object) return Any(name);
        Mismatch(name, "an object", value);
        return null;
    }

    /// <summary>The members of an object in it, read as strictly; its problems are answered with the others. <c>null</c>: absent, or a problem.</summary>
    public BodyObject? Inner(string name, params ReadOnlySpan<string> known)
    {
        if (Object(name) is not { } value) return null;
        var inner = new BodyObject(value, JsonPointer.Append(place, name)) { problems = problems ??= [] };
        foreach (var member in value.EnumerateObject())
            if (!IsKnown(member, known)) inner.Unknown(member.Name, known);
        return inner;
    }

    /// <summary>A whole number; <c>null</c>: absent, or a problem.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number) Mismatch(name, "a whole number", value);
        else if (value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        else Add(JsonPointer.Append(place, name), "range", $"{name} is a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>Says that a member, or an item of it, is wrong.</summary>
    public void Refuse(string name, string code, string detail, int? item = null)
    {
        var pointer = JsonPointer.Append(place, name);
        Add(item is { } index ? string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}") : pointer, code, detail);
    }

    /// <summary>A string; <c>null</c>: absent, or a problem.</summary>
    public string? Text(string name)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Mismatch(name, "a string", value);
        return null;
    }

    /// <summary>A string to look for; <c>null</c>: absent, or a problem.</summary>
    public string? SearchText(string name)
    {
        if (Text(name) is not { } text || QueryReader.IsSearchText(text)) return Text(name);
        Add(JsonPointer.Append(place, name), "length", QueryReader.SearchTextRule(name));
        return null;
    }

    /// <summary>One of a few words; <c>null</c>: absent, or a problem.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Text(name) is not { } text) return null;
        foreach (var choice in choices)
            if (choice == text) return text;
        Add(JsonPointer.Append(place, name), "enum", $"Allowed are {string.Join(", ", choices!)}.", NearestName.Find(text, choices.ToArray()));
        return null;
    }

    /// <summary>True or false; <c>null</c>: absent, or a problem.</summary>
    public bool? Flag(string name)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Mismatch(name, "true or false", value);
        return null;
    }

    /// <summary>A whole number of seconds up to a week; <c>null</c>: absent, or a problem.</summary>
    public TimeSpan? Seconds(string name)
    {
        const int Most = 7 * 24 * 60 * 60;
        if (Any(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number) Mismatch(name, "a whole number of seconds", value);
        else if (value.TryGetInt32(out var seconds) && seconds is >= 0 and <= Most) return TimeSpan.FromSeconds(seconds);
        else Add(JsonPointer.Append(place, name), "range", $"{name} is a whole number of seconds from 0 to {Most}.");
        return null;
    }

    /// <summary>A moment; <c>null</c>: absent, or a problem.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        if (QueryReader.TryReadTime(text) is { } time) return time;
        Add(JsonPointer.Append(place, name), "format", $"{name} is a time such as 2026-01-31T12:00:00Z, or a day such as 2026-01-31.");
        return null;
    }

    /// <summary>Strings; <c>null</c>: absent, or a problem.</summary>
    public ImmutableArray<string>? Texts(string name)
    {
        if (Any(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Mismatch(name, "an array of strings", value);
            return null;
        }
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                Add($"{JsonPointer.Append(place, name)}/{texts.Count}", "type_mismatch", $"Expected a string, found {Word(item.ValueKind)}.");
                return null;
            }
            texts.Add(item.GetString()!);
        }
        return texts.DrainToImmutable();
    }

    /// <summary>A member that must be there.</summary>
    public void Require(string name, string why)
    {
        if (Any(name) is null) Add(JsonPointer.Append(place, name), "required", $"'{name}' is required: {why}");
    }

    /// <summary>Answers the problems of headers and body together, when there are any.</summary>
    /// <returns>Whether it was refused and answered.</returns>
    public async ValueTask<bool> RefusedAsync(HttpContext http, List<ProblemEntry>? headers)
    {
        if (!HasProblems && headers is null) return false;
        await RefuseAsync(http, headers, []);
        return true;
    }

    /// <summary>Answers the problems of headers, body, and what was found in its values.</summary>
    public Task RefuseAsync(HttpContext http, List<ProblemEntry>? headers, IReadOnlyList<ProblemEntry> values) =>
        ProblemReply.InvalidAsync(http, [.. headers ?? [], .. problems ?? [], .. values], truncated);

    private static bool IsKnown(JsonProperty member, ReadOnlySpan<string> known)
    {
        foreach (var name in known)
            if (member.NameEquals(name)) return true;
        return false;
    }

    private void Unknown(string name, ReadOnlySpan<string> known)
    {
        var suggestion = NearestName.Find(name, known.ToArray());
        var hint = suggestion is not null ? $" Did you mean '{suggestion}'?" : known.IsEmpty ? "" : $" Known are {string.Join(", ", known!)}.";
        Add(JsonPointer.Append(place, name), "unknown_property", $"There is no member '{Echo.Of(name)}' here.{hint}", suggestion);
    }

    private void Mismatch(string name, string expected, JsonElement found) =>
        Add(JsonPointer.Append(place, name), "type_mismatch", $"Expected {expected}, found {Word(found.ValueKind)}.");

    private void Add(string pointer, string code, string detail, string? suggestion = null) =>
        (problems ??= []).Add(new ProblemEntry(code, detail, Pointer: pointer, Suggestion: suggestion));

    private static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
