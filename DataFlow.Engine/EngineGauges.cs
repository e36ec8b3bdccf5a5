using System.Diagnostics.Metrics;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Engine;

/// <summary>What stands at the moment somebody asks. A meter of its own, so that two engines in one process are told apart.</summary>
internal sealed class EngineGauges(
    ExecutionDispatcher dispatcher, ExecutionTrials trials, ExecutionFeed feed, IStoreHealth? store = null, IMeterFactory? meters = null) : IHostedService, IDisposable
{
    private Meter? _meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        EngineMetrics.Announce();
        // A meter of a factory goes with its container and is in its scope; one without goes with this, and is in the scope of this.
        var named = new MeterOptions(EngineTelemetry.Name);
        if (meters is null) named.Scope = this;
        _meter = meters?.Create(named) ?? new Meter(named);
        Gauge("dataflow.executions.pending", "{execution}", "Executions that wait for a place.", () => dispatcher.PendingCount);
        Gauge("dataflow.executions.active", "{execution}", "Executions that hold a place.", () => dispatcher.ActiveCount);
        Gauge("dataflow.executions.limit", "{execution}", "Executions that may hold a place at once.", () => dispatcher.Limit);
        Gauge("dataflow.trials.active", "{trial}", "Tests of definitions nobody saved that are under way.", () => trials.ActiveCount);
        Gauge("dataflow.feed.watchers", "{watcher}", "Pages, streams and callers that watch executions.", () => feed.WatcherCount);
        if (store is not null) Gauges(store);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter?.Dispose();

    private void Gauges(IStoreHealth store)
    {
        Gauge("dataflow.executions.parked", "{execution}", "RUNNING executions that wait for a moment or a command and hold no place.", () => Math.Max(0, store.Read().Running - dispatcher.ActiveCount));
        Gauge("dataflow.storage.writable", "", "1 while the store takes writes; 0 after an error that only a restart mends.", () => store.Read().TakesWrites ? 1 : 0);
        Gauge("dataflow.storage.queue.length", "{operation}", "Operations that wait for the next transaction.", () => store.Read().WaitingWrites);
        Gauge("dataflow.storage.database.size", "By", "Size of the database file.", () => store.Read().DatabaseBytes);
        Gauge("dataflow.storage.log.size", "By", "Size of the write-ahead log.", () => store.Read().LogBytes);
        Gauge("dataflow.storage.disk.free", "By", "Room left on the disk of the data directory.", () => store.Read().FreeBytes ?? 0);
    }

    private void Gauge(string name, string unit, string description, Func<long> read) => _meter!.CreateObservableGauge(name, read, unit, description);
}
