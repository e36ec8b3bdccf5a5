using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Storage.Retention;

namespace DataFlow.Web.Components.Settings;

/// <summary>One limit of retention, in words.</summary>
/// <param name="Setting">The property of <see cref="RetentionOptions"/>.</param>
/// <param name="Title">What is limited.</param>
/// <param name="Value">By how much.</param>
/// <param name="Effect">What that does.</param>
/// <param name="IsOn">Whether there is such a limit.</param>
internal sealed record RetentionRule(string Setting, string Title, string Value, string Effect, bool IsOn)
{
    /// <summary>As in a file.</summary>
    public string Key => $"{RetentionOptions.Section}:{Setting}";

    /// <summary>As an environment variable.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>All limits, in the order they are applied.</summary>
    public static ImmutableArray<RetentionRule> Of(RetentionOptions limits) =>
    [
        new(nameof(limits.MaxAgeDays), "Completed and cancelled", Days(limits.MaxAgeDays), limits.MaxAgeDays > 0 ? "go so long after they ended" : "are kept for ever", limits.MaxAgeDays > 0),
        new(nameof(limits.FailedMaxAgeDays), "Failed", Days(limits.FailedMaxAgeDays), limits.FailedMaxAgeDays > 0 ? "go so long after they ended: failures are what is looked for later" : "are kept for ever", limits.FailedMaxAgeDays > 0),
        new(nameof(limits.MaxExecutionsPerWorkflow), "Of one workflow", Count(limits.MaxExecutionsPerWorkflow), limits.MaxExecutionsPerWorkflow > 0 ? "are kept; its oldest go first" : "as many as there are", limits.MaxExecutionsPerWorkflow > 0),
        new(nameof(limits.MaxExecutions), "In all", Count(limits.MaxExecutions), limits.MaxExecutions > 0 ? "are kept; the oldest go first" : "as many as there are", limits.MaxExecutions > 0),
        new(nameof(limits.MaxMegabytes), "Size of the database", limits.MaxMegabytes > 0 ? Values.SizeText.Bytes(limits.MaxMegabytes * 1_000_000L) : "no limit", limits.MaxMegabytes > 0 ? "may be in use; above it the oldest go first" : "grows as the disk allows", limits.MaxMegabytes > 0),
    ];

    private static string Days(int days) => days switch { 0 => "no limit", 1 => "1 day", _ => $"{Number(days)} days" };

    private static string Count(int count) => count == 0 ? "no limit" : Number(count);

    private static string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
