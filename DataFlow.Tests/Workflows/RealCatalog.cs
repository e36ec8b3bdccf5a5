using DataFlow.Engine.TaskTypes;
using static DataFlow.Tests.Workflows.SpecCatalog;

namespace DataFlow.Tests.Workflows;

/// <summary>The catalogue the corpus is compiled against.</summary>
internal static class RealCatalog
{
    private static readonly ValueSchema s_text = Of(DataType.String);
    private static readonly ValueSchema s_integer = Of(DataType.Integer);

    public static ITaskCatalog Instance { get; } = new SpecCatalog(
        Type("Echo", [Required("value", ValueSchema.Any)], [Required("value", ValueSchema.Any)]),
        Type("Text.Static", [Required("text", s_text)], [Required("text", s_text)]),
        Type("Text.Size", [Required("text", s_text)], [Required("size", s_integer), Required("words", s_integer), Required("lines", s_integer), Required("bytes", s_integer)]),
        Type("Text.Truncate", [Required("text", s_text), Required("length", s_integer with { Minimum = 0, Maximum = 10_000_000 }), Optional("ellipsis", s_text with { MinLength = 0, MaxLength = 100 }, "\"…\"")],
            [Required("text", s_text), Required("truncated", Of(DataType.Boolean))]),
        Type("Text.Template", [Required("template", s_text), Required("values", Of(DataType.Object))], [Required("text", s_text)]),
        Type("Json.Parse", [Required("text", s_text)], [Required("value", ValueSchema.Any)]),
        Type("Flow.Wait", [Optional("seconds", Of(DataType.Number) with { Minimum = 0, Maximum = 31_536_000 }), Optional("until", s_text with { Format = "date-time" })], [Required("waited_seconds", Of(DataType.Number))]),
        Type("Web.Download", [Required("url", s_text with { Format = "uri" })], [Required("html_content", s_text)]),
        Type("Web.ExtractText", [Required("html_content", s_text)], [Required("text", s_text)]),
        Type("OpenAI.Text.Summarize", [Required("text", s_text), Optional("model", s_text), Optional("parameters", Object(Optional("max_tokens", s_integer with { Minimum = 1 }), Optional("temperature", Of(DataType.Number) with { Minimum = 0, Maximum = 2 })))],
            [Required("summary", s_text)]));
}
