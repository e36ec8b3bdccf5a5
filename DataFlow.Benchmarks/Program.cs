using BenchmarkDotNet.Running;
using DataFlow.Benchmarks.Load;

// `load` measures the whole product beside the limit program; anything else is a BenchmarkDotNet run (`--filter '*Compile*'`).
if (args is ["load", .. var rest])
{
    return await LoadRun.MainAsync(rest);
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
