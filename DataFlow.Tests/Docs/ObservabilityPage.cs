using DataFlow.Tests.Support;

namespace DataFlow.Tests.Docs;

/// <summary>A metric as the page describes it.</summary>
internal sealed record DescribedMetric(string Name, string Kind, string[] Labels, string Help);

/// <summary>What <c>docs/observability.md</c> says.</summary>
internal static class ObservabilityPage
{
    public static string Text { get; } = File.ReadAllText(RepositoryFiles.Of("docs", "observability.md"));

    public static IReadOnlyList<DescribedMetric> Metrics { get; } =
    [
        .. Text.Split('\n').Where(line => line.StartsWith("| `dataflow_", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => new DescribedMetric(cells[1].Trim('`'), cells[2], cells[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), cells[4])),
    ];
}
