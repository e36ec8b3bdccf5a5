namespace DataFlow.Engine.TaskTypes;

/// <summary>Classes marked as task types break the rules; the host does not start. For the author of the class, never for users.</summary>
public sealed class MalformedTaskTypeException(IReadOnlyList<string> reasons) : Exception(string.Join(Environment.NewLine, reasons))
{
    /// <summary>All that is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Reasons { get; } = reasons;
}
