using System.Diagnostics.Metrics;
using DataFlow.Web.Telemetry;

namespace DataFlow.Tests.Telemetry;

public sealed class ExpositionTests
{
    [Theory]
    [InlineData("a 1")]
    [InlineData("# TYPE a counter\n")]
    [InlineData("# TYPE a counter\na 1\n# TYPE b gauge\nb 1\na 2\n")]
    [InlineData("# TYPE a counter\na 1\na 2\n")]
    [InlineData("# TYPE a counter\nb 1\n")]
    [InlineData("# TYPE a counter\na -1\n")]
    [InlineData("# TYPE a nonsense\na 1\n")]
    [InlineData("# HELP b x\n# TYPE a counter\na 1\n")]
    [InlineData("# TYPE a gauge\na{} 1\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\",} 1\n")]
    [InlineData("# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n")]
    [InlineData("# TYPE a gauge\na{b=\"\\x\"} 1\n")]
    [InlineData("# TYPE a gauge\na{1b=\"c\"} 1\n")]
    [InlineData("# TYPE a gauge\na{b=c} 1\n")]
    [InlineData("# TYPE a gauge\na 1,5\n")]
    [InlineData("# TYPE a gauge\r\na 1\r\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n")]
    public void What_breaks_the_grammar_is_found(string text) => Assert.ThrowsAny<Exception>(() => Exposition.Parse(text));

    [Theory]
    [InlineData("a_milliseconds", "gauge")]
    [InlineData("a", "counter")]
    [InlineData("a_total", "gauge")]
    [InlineData("a_seconds_taken", "gauge")]
    [InlineData("a_count", "gauge")]
    [InlineData("a_duration", "histogram")]
    public void A_name_against_the_conventions_is_found(string name, string type) => Assert.NotEmpty(MetricNaming.Problems(new Family(name, "Help.", type, [])));

    [Fact]
    public void What_is_written_is_read_back_whatever_labels_and_help_hold()
    {
        using var meter = new Meter("test.exposition");
        var counter = new MetricFamily(meter.CreateCounter<long>("test.odd", "{thing}", "Help with \\ and\na new line."));
        var histogram = new MetricFamily(meter.CreateHistogram("test.duration", "s", "Time.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }));
        const string Odd = "a\"b\\c\nd, e} = 1 é";
        counter.Measure(2, [new("odd.label", Odd), new("n", 7)], 0);
        counter.Measure(3, [new("odd.label", Odd), new("n", 7)], 0);
        foreach (var value in (double[])[0.25, 0.5, 0.75, 4]) histogram.Measure(value, [], 0);
        var text = new PrometheusText();
        text.Add(counter, counter.Tell(0));
        text.Add(histogram, histogram.Tell(0));

        var read = Exposition.Parse(text.ToString());

        Assert.Equal("Help with \\ and\na new line.", read.Families["test_odd_total"].Help);
        Assert.Equal(5, read.Value("test_odd_total", ("odd_label", Odd), ("n", "7")));
        Assert.Equal([2, 3, 4], read.Families["test_duration_seconds"].Samples.Where(sample => sample.Name.EndsWith("_bucket")).Select(sample => sample.Value));
        Assert.Equal(5.5, read.Value("test_duration_seconds_sum"));
    }

    [Fact]
    public void Measurements_from_many_threads_are_all_counted()
    {
        using var meter = new Meter("test.threads");
        var counter = new MetricFamily(meter.CreateCounter<long>("test.count"));
        var histogram = new MetricFamily(meter.CreateHistogram<double>("test.time", "s"));

        Parallel.For(0, 20_000, i =>
        {
            counter.Measure(1, [new("n", (i % 50).ToString())], 0);
            histogram.Measure(0.5, [new("n", "a")], 0);
        });

        Assert.Equal(Enumerable.Repeat(400.0, 50), counter.Tell(0).Select(series => series.Value));
        Assert.Equal(10_000, histogram.Tell(0).Single().Value);
        Assert.Equal(20_000, histogram.Tell(0).Single().Counts().Sum());
    }

    [Fact]
    public void What_is_observed_no_longer_is_told_no_longer()
    {
        using var meter = new Meter("test.observed");
        var gauge = new MetricFamily(meter.CreateObservableGauge("test.level", static () => 0L));
        gauge.Measure(1, [new("place", "here")], 1);
        gauge.Measure(1, [new("place", "there")], 1);
        gauge.Measure(4, [new("place", "here")], 2);

        Assert.Equal(4, Assert.Single(gauge.Tell(2)).Value);
    }

    [Fact]
    public void Labels_without_end_do_not_eat_the_memory()
    {
        using var meter = new Meter("test.endless");
        var counter = new MetricFamily(meter.CreateCounter<long>("test.endless"));
        for (var i = 0; i < 10_000; i++) counter.Measure(1, [new("id", i)], 0);

        Assert.Equal(2_000, counter.Tell(0).Count());
    }

    [Fact]
    public void A_known_series_is_measured_without_an_allocation()
    {
        using var meter = new Meter("test.allocations");
        var counter = new MetricFamily(meter.CreateCounter<long>("test.allocations"));
        Measure(10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Measure(10_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);

        void Measure(int times)
        {
            for (var i = 0; i < times; i++) counter.Measure(1, [new("type", "Text.Reverse"), new("status", "COMPLETED")], 0);
        }
    }
}
