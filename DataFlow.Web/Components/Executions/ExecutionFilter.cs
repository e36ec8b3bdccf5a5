using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace DataFlow.Web.Components.Executions;

/// <summary>What the executions page is asked to show. Its one home is the query of the address, so that every view is a link.</summary>
internal sealed record ExecutionFilter(
    string? WorkflowId = null, ImmutableArray<ExecutionStatus> Statuses = default, string? Within = null, string? Label = null, string? Text = null)
{
    /// <summary>Times that can be chosen, newest only: query word, words on the page, length.</summary>
    public static ImmutableArray<(string Key, string Words, TimeSpan Length)> Times { get; } =
    [
        ("1h", "Last hour", TimeSpan.FromHours(1)),
        ("24h", "Last 24 hours", TimeSpan.FromHours(24)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)),
        ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    public bool IsEmpty => WorkflowId is null && Statuses.IsDefaultOrEmpty && Within is null && Label is null && Text is null;

    /// <summary>Reads a query; what it does not understand counts as absent, so that an old or mistyped link still opens.</summary>
    public static ExecutionFilter FromQuery(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        var statuses = (One("status") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => Enum.TryParse<ExecutionStatus>(word, ignoreCase: true, out var status) && Enum.IsDefined(status) && !char.IsAsciiDigit(word[0]) ? status : (ExecutionStatus?)null)
            .OfType<ExecutionStatus>().Distinct().Order().ToImmutableArray();
        var within = One("within");
        return new ExecutionFilter(One("workflow"), statuses, Times.Any(time => time.Key == within) ? within : null, One("label"), One("q"));

        string? One(string name) => values.TryGetValue(name, out var all) && all.ToString().Trim() is { Length: > 0 } value ? value : null;
    }

    /// <summary>The address of this view.</summary>
    public string ToAddress()
    {
        var query = new Dictionary<string, string?>();
        if (WorkflowId is not null) query["workflow"] = WorkflowId;
        if (!Statuses.IsDefaultOrEmpty) query["status"] = string.Join(',', Statuses.Select(status => status.ToString().ToLower(CultureInfo.InvariantCulture)));
        if (Within is not null) query["within"] = Within;
        if (Label is not null) query["label"] = Label;
        if (Text is not null) query["q"] = Text;
        return QueryHelpers.AddQueryString(Addresses.Executions, query);
    }

    public ExecutionFilter Toggle(ExecutionStatus status)
    {
        var statuses = Statuses.IsDefault ? [] : Statuses;
        return this with { Statuses = statuses.Contains(status) ? statuses.Remove(status) : [.. statuses.Add(status).Order()] };
    }

    public ExecutionQuery ToQuery(DateTimeOffset now, string? cursor, int limit) =>
        new(limit, cursor, WorkflowId, Statuses.IsDefault ? [] : Statuses, From(now), null, Label, Text);

    /// <summary>What is asked for, in words; none: everything.</summary>
    /// <param name="workflowName">Of <see cref="WorkflowId"/>, when it is known.</param>
    public IEnumerable<string> InWords(string? workflowName)
    {
        if (WorkflowId is not null) yield return $"of {workflowName ?? WorkflowId}";
        if (!Statuses.IsDefaultOrEmpty) yield return string.Join(" or ", Statuses.Select(status => StatusView.Of(status).Word.ToLower(CultureInfo.InvariantCulture)));
        if (Times.FirstOrDefault(time => time.Key == Within) is { Key: not null } time) yield return $"accepted in the {time.Words.ToLower(CultureInfo.InvariantCulture)}";
        if (Label is not null) yield return $"with label {Label}";
        if (Text is not null) yield return $"with “{Text}”";
    }

    /// <summary>Whether a row that has just changed belongs here; <c>null</c>: only the engine can tell (labels are not in the row).</summary>
    public bool? Admits(ExecutionSummary row, DateTimeOffset now)
    {
        if (WorkflowId is not null && row.WorkflowId != WorkflowId) return false;
        if (!Statuses.IsDefaultOrEmpty && !Statuses.Contains(row.Status)) return false;
        if (From(now) is { } from && row.CreatedAt < from) return false;
        if (Text is { } text && !Finds(row, text)) return IsId(text) ? false : null;
        return Label is null ? true : null;
    }

    /// <summary>Whether the row itself holds the text, as the engine's search has it; a label of its workflow may hold it still.</summary>
    private static bool Finds(ExecutionSummary row, string text) =>
        row.Id.StartsWith(IsId(text) ? text : "ex-" + text, StringComparison.OrdinalIgnoreCase)
        || (!IsId(text) && new[] { row.WorkflowId, row.WorkflowName, row.FailureCode, row.FailedRef, row.FailureMessage }.Any(field => field?.Contains(text, StringComparison.OrdinalIgnoreCase) is true));

    private static bool IsId(string text) => text.StartsWith("ex-", StringComparison.OrdinalIgnoreCase);

    private DateTimeOffset? From(DateTimeOffset now) => Times.FirstOrDefault(time => time.Key == Within) is { Key: not null } chosen ? now - chosen.Length : null;
}
