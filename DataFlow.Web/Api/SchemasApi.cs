using System.Security.Cryptography;
using System.Text;
using DataFlow.Engine;
using DataFlow.Web.Api.OpenApi;

namespace DataFlow.Web.Api;

/// <summary>JSON Schemas that editors load to complete and check while somebody types.</summary>
internal static class SchemasApi
{
    public const string Workflow = "/schemas/workflow.json";

    private const string MediaType = "application/schema+json";

    public static void MapSchemas(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        // The catalogue does not change while the server runs.
        var schema = new Lazy<(byte[] Bytes, string Tag)>(() =>
        {
            var bytes = Encoding.UTF8.GetBytes(SchemasApiWorkflow.Of(engine.TaskTypes).ToJsonString());
            return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
        });
        api.MapGet(Workflow, http => Get(http, schema.Value)).Documented("getWorkflowSchema", "Get the JSON Schema of a definition", "2020-12, made from the catalogue of task types. POST /workflows/validate checks more: references, their types, the order of tasks.")
            .Takes(Parameter.IfNoneMatch).AnswersSchema("The schema.", "ETag").Answers(304, "It is still the one named by If-None-Match.");
    }

    private static async Task Get(HttpContext http, (byte[] Bytes, string Tag) schema)
    {
        http.Response.Headers.ETag = schema.Tag;
        http.Response.Headers.CacheControl = "no-cache";
        if (http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(schema.Tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = MediaType;
        http.Response.ContentLength = schema.Bytes.Length;
        await http.Response.Body.WriteAsync(schema.Bytes, http.RequestAborted);
    }

    private static IEndpointConventionBuilder AnswersSchema(this IEndpointConventionBuilder endpoint, string description, params string[] headers) =>
        endpoint.WithMetadata(new ReplyNote(StatusCodes.Status200OK, description, typeof(System.Text.Json.JsonElement), MediaType, headers));
}
