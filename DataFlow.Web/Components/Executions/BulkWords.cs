using System.Globalization;
using DataFlow.Engine;

namespace DataFlow.Web.Components.Executions;

/// <summary>What a change of many executions is called before, while and after it is made.</summary>
internal sealed record BulkWords(string Verb, string Doing, string Done, string Consequence)
{
    private static readonly BulkWords s_cancel = new("Cancel", "Cancelling", "cancelled", "What runs is stopped within five seconds. What its tasks have done already stays done.");
    private static readonly BulkWords s_replay = new("Replay", "Replaying", "replayed", "Each gets a new execution of the same version, linked to it. The ones chosen stay as they are.");
    private static readonly BulkWords s_delete = new("Delete", "Deleting", "deleted", "Journal, values, logs and webhook deliveries go with an execution. This cannot be taken back.");

    public static BulkWords Of(BulkAction action) => action switch
    {
        BulkAction.Cancel => s_cancel,
        BulkAction.Replay => s_replay,
        BulkAction.Delete => s_delete,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    /// <summary><c>1 execution</c>, <c>2,000 executions</c></summary>
    public static string Executions(int count) => $"{Number(count)} {(count == 1 ? "execution" : "executions")}";

    public static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
