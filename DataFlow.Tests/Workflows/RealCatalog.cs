using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.DependencyInjection;
using static DataFlow.Tests.Workflows.SpecCatalog;

namespace DataFlow.Tests.Workflows;

/// <summary>The catalogue the corpus is compiled against.</summary>
internal static class RealCatalog
{
    private static readonly ValueSchema s_text = Of(DataType.String);
    private static readonly ValueSchema s_integer = Of(DataType.Integer);

    public static ITaskCatalog Instance { get; } = new SpecCatalog([
        .. new ServiceCollection().AddLogging().AddDataFlowEngine().AddTaskTypes().BuildServiceProvider().GetRequiredService<ITaskCatalog>().All,
        Type("Web.Download", [Required("url", s_text with { Format = "uri" })], [Required("html_content", s_text)]),
        Type("Web.ExtractText", [Required("html_content", s_text)], [Required("text", s_text)]),
        Type("OpenAI.Text.Summarize", [Required("text", s_text), Optional("model", s_text), Optional("parameters", Object(Optional("max_tokens", s_integer with { Minimum = 1 }), Optional("temperature", Of(DataType.Number) with { Minimum = 0, Maximum = 2 })))],
            [Required("summary", s_text)])]);
}
