using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Samples;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DataFlow.Web.Api.OpenApi;

/// <summary>Makes the OpenAPI document of the notes at the routes.</summary>
internal static class ApiDocument
{
    public const string Path = "/openapi/v1.json";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            // Schemas are made by the options that write the replies, so that the two cannot differ.
            json.SerializerOptions.PropertyNamingPolicy = ApiJson.Default.Options.PropertyNamingPolicy;
            json.SerializerOptions.NumberHandling = ApiJson.Default.Options.NumberHandling;
            foreach (var converter in ApiJson.Default.Options.Converters) json.SerializerOptions.Converters.Add(converter);
        });
        return services.AddOpenApi("v1", options =>
        {
            options.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not null ? SchemaName(type.Type) : null;
            options.AddSchemaTransformer(Describe);
            options.AddDocumentTransformer((document, _, _) => Describe(document));
            options.AddOperationTransformer(Describe);
        });
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Data Flow Platform",
            Version = "1",
            Description = "Workflows are saved, then executed. Every refusal is an application/problem+json that lists everything that is wrong.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        foreach (var schema in document.Components?.Schemas?.Values.ToArray() ?? []) RefuseNulls(schema);
        return Task.CompletedTask;
    }

    // Members that may be left out are never null: replies leave them out, and requests with them as null are refused.
    private static void RefuseNulls(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema own) return;
        if (own.Items is { } items) RefuseNulls(items);
        foreach (var (name, member) in own.Properties?.ToArray() ?? [])
        {
            RefuseNulls(member);
            if (own.Required?.Contains(name) == true || member is not OpenApiSchema optional) continue;
            if (optional.Type is { } type) optional.Type = type & ~JsonSchemaType.Null;
            if (optional.OneOf is [{ Type: JsonSchemaType.Null }, var only]) own.Properties![name] = only;
        }
    }

    // The exporter knows nothing of converters that write strings.
    private static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        if (type.IsEnum) schema.Type = JsonSchemaType.String;
        return Task.CompletedTask;
    }

    private static string? SchemaName(Type type)
    {
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(System.Text.Json.JsonElement)) return null;
        if (type.GetCustomAttribute<DisplayNameAttribute>() is { DisplayName: var given }) return given;
        foreach (var suffix in (ReadOnlySpan<string>)["Reply", "Document"])
            if (type.Name.EndsWith(suffix, StringComparison.Ordinal)) return type.Name[..^suffix.Length];
        return type.Name;
    }

    private static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var notes = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Tags = new HashSet<OpenApiTagReference> { new(context.Description.RelativePath!.Split('/')[0], context.Document) };
        operation.Parameters = [.. notes.OfType<Parameter>().Select(parameter => parameter.ToOpenApi())];
        foreach (var note in notes.OfType<ReplyNote>()) Describe(operation, note);
        if (notes.OfType<BodyNote>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Required,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [JsonReply.MediaType] = new() { Schema = await Schema(context, body.Type, cancellationToken), Example = Example(body.Type) },
                },
            };
        }
        if (notes.OfType<EventStreamNote>().FirstOrDefault() is { } stream && operation.Responses?["200"].Content is { } content)
            content[Live.ServerSentEvents.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = $"id, event and data lines; data is {stream.Data}." } };
    }

    private static void Describe(OpenApiOperation operation, ReplyNote note)
    {
        if (operation.Responses?[note.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture)] is not OpenApiResponse response) return;
        response.Description = note.Description;
        if (note.MediaType is { } type && Example(note.Type) is { } example && response.Content?.TryGetValue(type, out var content) == true) content.Example = example;
        foreach (var header in note.Headers)
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            response.Headers[header] = new OpenApiHeader { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    private static async Task<IOpenApiSchema> Schema(OpenApiOperationTransformerContext context, Type type, CancellationToken cancellationToken)
    {
        var name = SchemaName(type)!;
        var schema = await context.GetOrCreateSchemaAsync(type, cancellationToken: cancellationToken);
        context.Document!.AddComponent(name, schema);
        return new OpenApiSchemaReference(name, context.Document);
    }

    private static JsonNode? Example(Type type)
    {
        if (type == typeof(DefinitionShape)) return JsonNode.Parse(SampleFiles.Definition(SampleFiles.ContractWorkflow));
        if (type == typeof(ExecuteBody)) return JsonNode.Parse("""{"input":{"webpage_url":"https://example.com"},"webhook_url":"https://example.com/webhook"}""");
        if (type == typeof(WorkflowSavedReply)) return JsonNode.Parse("""{"workflow_id":"wf-4g7h8j9k","workflow_version":1}""");
        if (type == typeof(ExecutionAcceptedReply)) return JsonNode.Parse("""{"workflow_id":"wf-4g7h8j9k","workflow_version":1,"execution_id":"ex-1a2b3c4d","status":"PENDING"}""");
        return null;
    }
}
