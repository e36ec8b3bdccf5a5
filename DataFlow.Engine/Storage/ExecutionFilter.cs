using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>What an execution list asks of a row, beyond its workflow.</summary>
internal sealed class ExecutionFilter(ExecutionQuery query)
{
    private readonly long _from = StoredTime.ToMicroseconds(query.CreatedFrom) ?? long.MinValue;
    private readonly long _to = StoredTime.ToMicroseconds(query.CreatedTo) ?? long.MaxValue;
    private readonly LabelFilter? _label = LabelFilter.Of(query.Label);
    private readonly string? _text = string.IsNullOrEmpty(query.Text) ? null : query.Text;

    public bool Matches(ExecutionSummary summary, ImmutableSortedDictionary<string, string> labels) =>
        (query.WorkflowId is not { } workflowId || summary.WorkflowId == workflowId)
        && (query.Statuses.IsDefaultOrEmpty || query.Statuses.Contains(summary.Status))
        && StoredTime.ToMicroseconds(summary.CreatedAt) is var createdAt && createdAt >= _from && createdAt < _to
        && (_label is not { } label || label.Matches(labels))
        && (_text is null || MatchesText(summary, labels));

    /// <summary>Whether a text holds another, whatever the case: the one comparison of all lists.</summary>
    public static bool Contains(string? text, string part) => text is not null && text.Contains(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text can be nothing but an id or its beginning.</summary>
    public static bool IsId(string text) => text.StartsWith("ex-", StringComparison.OrdinalIgnoreCase);

    /// <summary>The beginning of ids that a text stands for.</summary>
    public static string IdBeginning(string text) => IsId(text) ? text.ToLowerInvariant() : "ex-" + text.ToLowerInvariant();

    public static bool MatchesLabel(string name, string value, string text) => Contains(name, text) || Contains(value, text) || Contains($"{name}={value}", text);

    private bool MatchesText(ExecutionSummary summary, ImmutableSortedDictionary<string, string> labels)
    {
        if (summary.Id.StartsWith(IdBeginning(_text!), StringComparison.Ordinal))
            return true;
        if (IsId(_text!))
            return false;
        if (Contains(summary.WorkflowId, _text!) || Contains(summary.WorkflowName, _text!)
            || Contains(summary.FailureCode, _text!) || Contains(summary.FailedRef, _text!) || Contains(summary.FailureMessage, _text!))
            return true;
        foreach (var (name, value) in labels)
        {
            if (MatchesLabel(name, value, _text!))
                return true;
        }
        return false;
    }
}
