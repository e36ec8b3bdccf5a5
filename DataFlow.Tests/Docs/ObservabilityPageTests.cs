using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;
using DataFlow.Web.Telemetry;

namespace DataFlow.Tests.Docs;

public sealed partial class ObservabilityPageTests
{
    [Fact]
    public async Task The_table_lists_exactly_the_metrics_there_are()
    {
        await using var server = await AppServer.StartAsync();
        var there = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == EngineTelemetry.Name) lock (there) there[instrument.Name] = new MetricFamily(instrument);
        };
        listener.Start();

        Assert.True(there.Count > 20, $"Only {there.Count} were found.");
        Assert.Equal(
            there.Values.Select(family => (family.Name, Kind: family.Kind.ToString().ToLowerInvariant(), family.Help)).Order(),
            ObservabilityPage.Metrics.Select(metric => (metric.Name, metric.Kind, Help: (string?)metric.Help)).Order());
    }

    [Fact]
    public void Every_metric_named_on_the_page_exists()
    {
        var names = ObservabilityPage.Metrics.Select(metric => metric.Name).ToHashSet();

        Assert.All(MetricName().Matches(ObservabilityPage.Text).Select(match => Regex.Replace(match.Value, "_bucket$", "")), name => Assert.Contains(name, names));
    }

    [Fact]
    public async Task Every_attribute_and_event_of_a_span_is_named()
    {
        await using var harness = await EngineHarness.StartAsync();
        var execution = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Pure", "input": {} }"""));
        await harness.EndAsync(execution);
        var history = (await harness.Engine.GetHistoryAsync(execution, TestContext.Current.CancellationToken)).Value!;
        var spans = ExecutionSpans.Of(history.Execution, history.Events);
        ImmutableArray<string> names = [.. spans.SelectMany(span => span.Attributes.Select(attribute => attribute.Key)).Distinct()];

        Assert.True(names.Length > 10);
        // The page writes a common beginning once: `dataflow.task.ref`, `.type`.
        Assert.All(names, name => Assert.True(ObservabilityPage.Text.Contains($"`{name}`", StringComparison.Ordinal) || ObservabilityPage.Text.Contains($"`{name[name.LastIndexOf('.')..]}`", StringComparison.Ordinal), name));
        Assert.Contains("`started`", ObservabilityPage.Text, StringComparison.Ordinal);
        Assert.Equal("COMPLETED", history.Execution.Status.Word());
    }

    [GeneratedRegex("dataflow_[a-z_]+")]
    private static partial Regex MetricName();
}
