using System.Text;
using BenchmarkDotNet.Attributes;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Benchmarks.Micro;

/// <summary>Validation of a whole definition; the mark is 100 tasks under 5 ms.</summary>
[MemoryDiagnoser]
public class CompileBenchmark
{
    private WorkflowCompiler _compiler = null!;
    private byte[] _definition = null!;

    /// <summary>How many tasks, each referring to the one before.</summary>
    [Params(10, 100, 1000)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _compiler = new WorkflowCompiler(new ServiceCollection().AddLogging().AddOptions().AddTaskTypes(typeof(ITaskCatalog).Assembly).BuildServiceProvider().GetRequiredService<ITaskCatalog>());
        var tasks = string.Join(",", Enumerable.Range(0, Tasks).Select(i =>
            $$"""{ "ref": "t{{i}}", "type": "Text.Reverse", "input": { "text": "{{(i == 0 ? "{{input.text}}" : $"{{{{refs.t{i - 1}.output.text}}}}")}}" } }"""));
        _definition = Encoding.UTF8.GetBytes($$"""{ "name": "chain", "input": [{ "name": "text", "type": "string" }], "tasks": [{{tasks}}] }""");
        if (_compiler.Compile(_definition).Workflow is null) throw new InvalidOperationException("It does not compile.");
    }

    [Benchmark]
    public Compilation Compile() => _compiler.Compile(_definition);
}
