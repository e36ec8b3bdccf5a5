using System.Buffers;

namespace DataFlow.Web.Api.Requests;

/// <summary>Routes only what can be one of our ids: an impossible id is not found, without asking the store, and answered like an absent one.</summary>
internal abstract class IdConstraint(string prefix) : IRouteConstraint
{
    private const int Shortest = 8;
    private const int Longest = 32;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string id
        && id.Length >= prefix.Length + Shortest
        && id.Length <= prefix.Length + Longest
        && id.StartsWith(prefix, StringComparison.Ordinal)
        && !id.AsSpan(prefix.Length).ContainsAnyExcept(s_letters);
}

/// <summary><c>{workflow_id:wf}</c></summary>
internal sealed class WorkflowIdConstraint() : IdConstraint("wf-");

/// <summary><c>{execution_id:ex}</c></summary>
internal sealed class ExecutionIdConstraint() : IdConstraint("ex-");

/// <summary><c>{webhook_id:we}</c></summary>
internal sealed class WebhookIdConstraint() : IdConstraint("we-");
