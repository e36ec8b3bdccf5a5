using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Api.Requests;

/// <summary>Reads query parameters strictly: one value each, in range, and none that the operation does not know. Collects everything that is wrong.</summary>
internal sealed class QueryReader(HttpContext http)
{
    public const int DefaultLimit = 20;

    private const int LongestText = 200;
    private const int LongestCursor = 500;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
    ];

    private readonly IQueryCollection query = http.Request.Query;
    private readonly List<ProblemEntry> problems = [];
    private readonly List<string> known = [];

    /// <summary>1 to <paramref name="most"/>.</summary>
    public int Limit(int most = 100, int standard = DefaultLimit)
    {
        if (Single("limit") is not { } text) return standard;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most) return limit;
        Add("limit", "range", string.Create(CultureInfo.InvariantCulture, $"limit is a whole number from 1 to {most}."));
        return standard;
    }

    /// <summary>The opaque position of a list; its content is the list's business.</summary>
    public string? Cursor()
    {
        var cursor = Single("cursor");
        if (cursor is not ({ Length: 0 or > LongestCursor })) return cursor;
        Add("cursor", "invalid_cursor", "The cursor is not one that this list gave out.");
        return null;
    }

    /// <summary>A sequence of events after which to go on.</summary>
    public int? Sequence()
    {
        if (Single("cursor") is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return sequence;
        Add("cursor", "invalid_cursor", "The cursor is the sequence of an event, a whole number from 0.");
        return null;
    }

    /// <summary>Free text.</summary>
    public string? Text(string name)
    {
        var text = Single(name);
        if (text is null || IsSearchText(text)) return text;
        Add(name, "length", SearchTextRule(name));
        return null;
    }

    /// <summary>Whether something can be looked for.</summary>
    public static bool IsSearchText(string text) => text.Length is > 0 and <= LongestText && !text.AsSpan().ContainsAnyInRange('\0', '\u001f');

    /// <summary>Why not.</summary>
    public static string SearchTextRule(string name) => string.Create(CultureInfo.InvariantCulture, $"{name} has 1 to {LongestText} characters and no control characters.");

    /// <summary>The least level of lines.</summary>
    public TaskLogLevel? Level()
    {
        switch (Single("level")?.ToUpperInvariant())
        {
            case null: return null;
            case "DEBUG": return TaskLogLevel.Debug;
            case "INFO": return TaskLogLevel.Information;
            case "WARNING": return TaskLogLevel.Warning;
            case "ERROR": return TaskLogLevel.Error;
            default:
                Add("level", "enum", "level is debug, info, warning or error.");
                return null;
        }
    }

    /// <summary>A moment: RFC 3339, or a day.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Single(name) is not { } text) return null;
        // A plus that was not escaped arrives as a space.
        if (TryReadTime(text.Replace(' ', '+')) is { } time) return time;
        Add(name, "format", $"{name} is a time such as 2026-01-31T12:00:00Z, or a day such as 2026-01-31.");
        return null;
    }

    /// <summary>RFC 3339, or a day; <c>null</c>: neither.</summary>
    public static DateTimeOffset? TryReadTime(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;

    /// <summary>One of a few words, whatever its case.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Single(name) is not { } text) return null;
        foreach (var choice in choices)
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase)) return choice;
        Add(name, "enum", $"{name} is one of {string.Join(", ", choices!)}.");
        return null;
    }

    /// <summary>true or false.</summary>
    public bool Flag(string name)
    {
        switch (Single(name))
        {
            case null or "false": return false;
            case "true": return true;
            default:
                Add(name, "enum", $"{name} is true or false.");
                return false;
        }
    }

    /// <summary>Statuses with commas between them.</summary>
    public ImmutableArray<ExecutionStatus> Statuses()
    {
        if (Single("status") is not { } text) return [];
        var statuses = ImmutableArray.CreateBuilder<ExecutionStatus>();
        foreach (var word in text.Split(','))
        {
            if (TryReadStatus(word) is { } status) statuses.Add(status);
            else Add("status", "enum", $"status is one or more of {StatusWords}, with commas between them.");
        }
        return statuses.ToImmutable();
    }

    /// <summary>A status, whatever its case; <c>null</c>: none.</summary>
    public static ExecutionStatus? TryReadStatus(string word)
    {
        var index = Array.FindIndex(AllStatuses, status => status.Word().Equals(word, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? AllStatuses[index] : null;
    }

    /// <summary>All of them, for people.</summary>
    public static string StatusWords { get; } = string.Join(", ", Enum.GetValues<ExecutionStatus>().Select(status => status.Word()));

    /// <summary>What else an execution document is to tell.</summary>
    public DocumentParts Include()
    {
        if (Single("include") is not { } text) return DocumentParts.None;
        var parts = DocumentParts.None;
        foreach (var word in text.Split(','))
        {
            switch (word)
            {
                case "inputs": parts |= DocumentParts.Inputs; break;
                case "outputs": parts |= DocumentParts.Outputs; break;
                default: Add("include", "enum", "include is inputs, outputs, or both with a comma between them."); break;
            }
        }
        return parts;
    }

    /// <summary>Refuses the request when anything was wrong, or a parameter was not asked for above.</summary>
    /// <param name="headers">What was wrong with headers; answered with the rest.</param>
    /// <returns>Whether it was refused and answered.</returns>
    public async ValueTask<bool> RefusedAsync(List<ProblemEntry>? headers = null)
    {
        foreach (var name in query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            var suggestion = NearestName.Find(name, known);
            var hint = suggestion is null ? "" : $" Did you mean '{suggestion}'?";
            problems.Add(new ProblemEntry("unknown_parameter", $"There is no such parameter here.{hint}", Parameter: Echo.Of(name), Suggestion: suggestion));
        }
        if (problems.Count == 0 && headers is null) return false;
        await ProblemReply.InvalidAsync(http, [.. headers ?? [], .. problems]);
        return true;
    }

    private static readonly ExecutionStatus[] AllStatuses = Enum.GetValues<ExecutionStatus>();

    private string? Single(string name)
    {
        known.Add(name);
        if (!query.TryGetValue(name, out var values)) return null;
        if (values.Count == 1) return values[0] ?? "";
        Add(name, "duplicate_parameter", $"{name} is given more than once.");
        return null;
    }

    private void Add(string name, string code, string detail) => problems.Add(new ProblemEntry(code, detail, Parameter: name));
}
