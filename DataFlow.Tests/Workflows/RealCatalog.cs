using System.Diagnostics.CodeAnalysis;
using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.DependencyInjection;
using static DataFlow.Tests.Workflows.SpecCatalog;

namespace DataFlow.Tests.Workflows;

/// <summary>The product's own catalogue; what the contract names and the product lacks stands in as a specification.</summary>
internal sealed class RealCatalog : ITaskCatalog
{
    private readonly ITaskCatalog _real = new ServiceCollection().AddLogging().AddDataFlowEngine().AddTaskTypes().BuildServiceProvider().GetRequiredService<ITaskCatalog>();
    private readonly SpecCatalog _contract;

    private RealCatalog()
    {
        var text = Of(DataType.String);
        TaskType[] contract =
        [
            Type("Web.Download", [Required("url", text with { Format = "uri" })], [Required("html_content", text)]),
            Type("Web.ExtractText", [Required("html_content", text)], [Required("text", text)]),
            Type("OpenAI.Text.Summarize", [
                Required("text", text), Optional("model", text),
                Optional("parameters", Object(Optional("max_tokens", Of(DataType.Integer) with { Minimum = 1 }), Optional("temperature", Of(DataType.Number) with { Minimum = 0, Maximum = 2 })))], [Required("summary", text)]),
        ];
        _contract = new SpecCatalog([.. contract.Where(type => !_real.TryGet(type.Specification.Type, out _))]);
    }

    public static ITaskCatalog Instance { get; } = new RealCatalog();

    public IReadOnlyList<TaskType> All => [.. _real.All, .. _contract.All];

    public bool TryGet(string name, [NotNullWhen(true)] out TaskType? type) => _real.TryGet(name, out type) || _contract.TryGet(name, out type);

    public string? Nearest(string name) => _real.Nearest(name) ?? _contract.Nearest(name);
}
