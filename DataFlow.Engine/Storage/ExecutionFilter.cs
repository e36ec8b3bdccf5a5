using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>What an execution list asks of a row, beyond its workflow.</summary>
internal sealed class ExecutionFilter(ExecutionQuery query)
{
    private readonly long _from = StoredTime.ToMicroseconds(query.CreatedFrom) ?? long.MinValue;
    private readonly long _to = StoredTime.ToMicroseconds(query.CreatedTo) ?? long.MaxValue;
    private readonly LabelFilter? _label = LabelFilter.Of(query.Label);
    private readonly string? _text = string.IsNullOrEmpty(query.Text) ? null : Lists.Fold(query.Text);

    public bool Matches(ExecutionSummary summary, ImmutableSortedDictionary<string, string> labels) =>
        MatchesStatus(summary.Status)
        && MatchesTime(StoredTime.ToMicroseconds(summary.CreatedAt))
        && MatchesLabel(labels)
        && MatchesText(summary.Id, summary.WorkflowId, summary.WorkflowName, summary.FailureCode);

    public bool MatchesStatus(ExecutionStatus status) => query.Statuses.IsDefaultOrEmpty || query.Statuses.Contains(status);

    public bool MatchesTime(long createdAt) => createdAt >= _from && createdAt < _to;

    public bool MatchesLabel(ImmutableSortedDictionary<string, string> labels) => _label is not { } label || label.Matches(labels);

    public bool MatchesText(params ReadOnlySpan<string?> texts)
    {
        if (_text is null)
            return true;
        foreach (var text in texts)
        {
            if (text is not null && Lists.Fold(text).Contains(_text, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
