using BenchmarkDotNet.Running;
using DataFlow.Benchmarks.Load;
using DataFlow.Benchmarks.Watchers;

// `load` measures the whole product beside the limit program, `watchers` what programs that watch it cost; anything else is a BenchmarkDotNet run (`--filter '*Compile*'`).
if (args is ["load", .. var rest])
{
    return await LoadRun.MainAsync(rest);
}
if (args is ["watchers", .. var watchers])
{
    return await WatchersRun.MainAsync(watchers);
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
