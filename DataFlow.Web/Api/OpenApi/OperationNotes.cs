using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;
using Microsoft.AspNetCore.Http.Metadata;

namespace DataFlow.Web.Api.OpenApi;

/// <summary>What a route tells about itself; <see cref="ApiDocument"/> makes the OpenAPI document of it.</summary>
internal static class OperationNotes
{
    /// <summary>Its name for generated clients, and its summary and description for people.</summary>
    public static IEndpointConventionBuilder Documented(this IEndpointConventionBuilder endpoint, string name, string summary, string description) =>
        endpoint.WithName(name).WithSummary(summary).WithDescription(description)
            // Only endpoints that name a method are described; routes here are plain delegates, which carry none.
            .WithMetadata(((Delegate)Described).Method);

    public static IEndpointConventionBuilder Takes(this IEndpointConventionBuilder endpoint, params Parameter[] parameters) => endpoint.WithMetadata([.. parameters]);

    public static IEndpointConventionBuilder TakesBody<T>(this IEndpointConventionBuilder endpoint, bool required) => endpoint.WithMetadata(new BodyNote(typeof(T), required));

    public static IEndpointConventionBuilder TakesDefinition(this IEndpointConventionBuilder endpoint) => endpoint.TakesBody<DefinitionShape>(required: true);

    public static IEndpointConventionBuilder Answers<T>(this IEndpointConventionBuilder endpoint, int status, string description, params string[] headers) =>
        endpoint.WithMetadata(new ReplyNote(status, description, typeof(T), JsonReply.MediaType, headers));

    public static IEndpointConventionBuilder Answers(this IEndpointConventionBuilder endpoint, int status, string description) =>
        endpoint.WithMetadata(new ReplyNote(status, description, typeof(void), null, []));

    public static IEndpointConventionBuilder AnswersText(this IEndpointConventionBuilder endpoint, int status, string description) =>
        endpoint.WithMetadata(new ReplyNote(status, description, typeof(string), "text/plain", []));

    public static IEndpointConventionBuilder AlsoAnswersEventStream(this IEndpointConventionBuilder endpoint, string data) =>
        endpoint.WithMetadata(new EventStreamNote(data));

    /// <summary>Which problems it answers.</summary>
    public static IEndpointConventionBuilder Refuses(this IEndpointConventionBuilder endpoint, params int[] statuses) =>
        endpoint.WithMetadata([.. statuses.Select(status => new ReplyNote(status, Words(status), typeof(ProblemDocument), ProblemReply.MediaType, []))]);

    private static Task Described(HttpContext http) => Task.CompletedTask;

    private static string Words(int status) => status switch
    {
        400 => "Something in the request is wrong; errors says what and where.",
        404 => "There is nothing under this address.",
        409 => "Not possible as things stand.",
        412 => "Another version is current.",
        413 => "The body is larger than 1 MB.",
        415 => "The body is not application/json.",
        422 => "The idempotency key was used with another body.",
        429 => "Too much is waiting; try again after Retry-After.",
        503 => "The store cannot take it now; try again after Retry-After.",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No words for it."),
    };
}

/// <summary>The body an operation takes.</summary>
internal sealed record BodyNote(Type Type, bool Required);

/// <summary>A reply of an operation.</summary>
internal sealed record ReplyNote(int StatusCode, string Description, Type Type, string? MediaType, string[] Headers) : IProducesResponseTypeMetadata
{
    Type? IProducesResponseTypeMetadata.Type => Type;

    IEnumerable<string> IProducesResponseTypeMetadata.ContentTypes => MediaType is null ? [] : [MediaType];
}

/// <summary>The operation answers server-sent events too; <paramref name="Data"/> says what each holds.</summary>
internal sealed record EventStreamNote(string Data);
