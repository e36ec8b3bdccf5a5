namespace DataFlow.Web.Components.Executions;

/// <summary>What the page of an execution shows. All of it stands in its address, so that a link opens the same picture.</summary>
/// <param name="Id"><c>ex-…</c></param>
/// <param name="Task">The task that is chosen.</param>
/// <param name="View">The part shown of the execution or of the task; <c>null</c>: the first.</param>
/// <param name="At">The event after which it is shown; <c>null</c>: as it stands.</param>
/// <param name="Line">The log line that is meant.</param>
public sealed record ExecutionPlace(string Id, string? Task = null, string? View = null, int? At = null, int? Line = null)
{
    /// <summary>The same moment, a task chosen (<c>null</c>: none) and its first part shown.</summary>
    public string ToTask(string? name) => (this with { Task = name, View = null, Line = null }).Address;

    /// <summary>The same moment and task, another part.</summary>
    public string ToView(string? view) => (this with { View = view, Line = null }).Address;

    /// <summary>The same, after another event.</summary>
    public string ToMoment(int? at) => (this with { At = at }).Address;

    /// <summary>The same, one line of its log meant.</summary>
    public string ToLine(int line) => (this with { View = "logs", Line = line }).Address;

    /// <summary>Path and query.</summary>
    public string Address
    {
        get
        {
            var query = new List<string>(4);
            if (Task is not null) query.Add($"task={Uri.EscapeDataString(Task)}");
            if (View is not null) query.Add($"view={Uri.EscapeDataString(View)}");
            if (At is { } at) query.Add(FormattableString.Invariant($"at={at}"));
            if (Line is { } line) query.Add(FormattableString.Invariant($"line={line}"));
            return Addresses.Execution(Id) + (query.Count == 0 ? "" : "?" + string.Join('&', query));
        }
    }
}
