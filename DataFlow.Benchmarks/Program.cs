using BenchmarkDotNet.Running;
using DataFlow.Benchmarks.Load;
using DataFlow.Benchmarks.Million;
using DataFlow.Benchmarks.Watchers;
using DataFlow.Benchmarks.Webhooks;

// `load` measures the whole product beside the limit program, `million` a full database beside a small one, `watchers` what programs that watch cost, `webhooks`
// how long messages take while a host is dead; anything else is a BenchmarkDotNet run (`--filter '*Compile*'`).
switch (args)
{
    case ["load", .. var rest]: return await LoadRun.MainAsync(rest);
    case ["million", .. var rest]: return await MillionRun.MainAsync(rest);
    case ["watchers", .. var rest]: return await WatchersRun.MainAsync(rest);
    case ["webhooks", .. var rest]: return await WebhooksRun.MainAsync(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(LoadRun).Assembly).Run(args);
        return 0;
}
