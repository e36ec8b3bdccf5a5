using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DataFlow.Engine.Observability;

namespace DataFlow.Web.Telemetry;

/// <summary>
/// Gathers what the engine, the web server and the runtime measure, from the moment it is made, and tells it in the text format of Prometheus.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly HashSet<string> s_meters = [EngineTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private long _collection;

    /// <param name="own">Its meters are this server's; those of other factories in the process are not.</param>
    public MetricsCollector(IMeterFactory own)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (s_meters.Contains(instrument.Meter.Name) && (instrument.Meter.Scope is null || instrument.Meter.Scope == own))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static instrument => new MetricFamily(instrument)));
        };
        _listener.MeasurementsCompleted = (instrument, state) => _families.TryRemove(instrument, out _);
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => Measure(family, value, labels));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => Measure(family, value, labels));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => Measure(family, value, labels));
        _listener.Start();
    }

    /// <summary>Everything there is now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            _collection++;
            _listener.RecordObservableInstruments();
            var text = new PrometheusText();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) text.Add(family, family.Tell(_collection));
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Measure(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => ((MetricFamily)family!).Measure(value, labels, _collection);
}
