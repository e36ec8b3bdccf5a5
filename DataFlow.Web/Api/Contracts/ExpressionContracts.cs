using System.ComponentModel;
using System.Text.Json;
using DataFlow.Web.Api.OpenApi;

namespace DataFlow.Web.Api.Contracts;

[DisplayName("EvaluateRequest"), Description("An expression, or a value with expressions, to be tried. Exactly one of value and expression.")]
internal sealed record EvaluateBody(
    [property: Description("Any JSON; strings in it may hold {{ … }}.")] JsonElement? Value = null,
    [property: Description("One expression without its braces.")] string? Expression = null,
    [property: Description("The definition it is to stand in; may have problems elsewhere. Without it: that of the execution.")] DefinitionShape? Workflow = null,
    [property: Description("The ref of the task it stands in. Without it: the workflow's outputs.")] string? At = null,
    [property: Description("An execution whose values it is tried with.")] string? ExecutionId = null,
    [property: Description("Values it is tried with: {\"input\": {…}, \"refs\": {\"a\": {\"output\": …}}}.")] IReadOnlyDictionary<string, JsonElement>? Data = null);

[Description("What became of it.")]
internal sealed record EvaluateReply(
    [property: Description("What it gives; null when there are problems, or nothing to try it with.")] JsonElement? Value,
    [property: Description("string, integer, number, boolean, object, array or null; null when it gave nothing.")] string? Type,
    [property: Description("Everything that is wrong with it; pointers start at #/value.")] IReadOnlyList<ProblemEntry> Problems,
    [property: Description("What can be named there; null when no definition is known.")] IReadOnlyList<ReachableRow>? Reachable);

[Description("Something an expression can name.")]
internal sealed record ReachableRow(
    [property: Description("As it is written between the braces.")] string Reference,
    [property: Description("What it gives.")] string Type,
    string? Description);
