using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Expressions, tried before they are saved: the editor's live check and preview, for everybody.</summary>
internal static class ExpressionsApi
{
    public static void MapExpressions(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapPost("/expressions/evaluate", http => Evaluate(http, engine)).Documented("evaluateExpression", "Evaluate an expression", "Checks it where it is to stand, renders it with given values or those of an execution. Runs nothing. What is wrong with it is a 200 with problems.")
            .TakesBody<EvaluateBody>(required: true).Answers<EvaluateReply>(200, "What became of it.").Refuses(400, 404, 413, 415);
    }

    private static async Task Evaluate(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json, "value", "expression", "workflow", "at", "execution_id", "data")) is not { } body) return;
        var (value, expression) = (body.Any("value"), body.Text("expression"));
        var (workflow, at, execution, data) = (body.Object("workflow"), body.Text("at"), body.Text("execution_id"), body.Object("data"));
        List<ProblemEntry>? problems = null;
        if (value is null == (body.Any("expression") is null))
            (problems ??= []).Add(new ProblemEntry(value is null ? ProblemCodes.Required : ProblemCodes.Contradiction, "Give either 'value', any JSON with {{ … }} in its strings, or 'expression', one expression without its braces.", Pointer: "#/value"));
        if (execution is not null && data is not null)
            (problems ??= []).Add(new ProblemEntry(ProblemCodes.Contradiction, "The values come either from 'execution_id' or from 'data', not from both.", Pointer: "#/data"));
        if (await body.RefusedAsync(http, problems)) return;

        var tried = value ?? JsonSerializer.SerializeToElement($"{{{{ {expression} }}}}");
        var answer = await engine.EvaluateAsync(new ExpressionTrial(tried, workflow, at, execution, data), http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static outcome => new EvaluateReply(
            outcome.Value, outcome.Value is { } given ? Word(given) : null, ProblemReply.Entries(outcome.Problems),
            outcome.Reachable is { } reachable ? [.. reachable.Select(reference => new ReachableRow(reference.Text, reference.Type, reference.Schema.Description))] : null), ApiJson.Default.EvaluateReply);
    }

    private static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        _ => "null",
    };
}
