using BenchmarkDotNet.Running;
using DataFlow.Benchmarks.Load;
using DataFlow.Benchmarks.Million;

// `load` measures the whole product beside the limit program, `million` a full database beside a small one; anything else is a BenchmarkDotNet run (`--filter '*Compile*'`).
if (args is ["load", .. var rest])
{
    return await LoadRun.MainAsync(rest);
}
if (args is ["million", .. var asked])
{
    return await MillionRun.MainAsync(asked);
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
