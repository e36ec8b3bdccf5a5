using System.Text.Json.Serialization.Metadata;
using DataFlow.Engine;

namespace DataFlow.Web.Api.Replies;

/// <summary>What the door answered, as an HTTP reply.</summary>
internal static class AnswerReply
{
    /// <summary>A value of the route; routing has made sure that it is there.</summary>
    public static string Route(this HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>The value as a record of the API, or the refusal.</summary>
    public static Task AnswerAsync<T, TReply>(this HttpContext http, Answer<T> answer, int status, Func<T, TReply> reply, JsonTypeInfo<TReply> type) =>
        answer.IsOk ? JsonReply.WriteAsync(http, status, reply(answer.Value), type) : ProblemReply.RefusedAsync(http, answer.Refusal);
}
