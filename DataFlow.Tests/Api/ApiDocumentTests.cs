using System.Text.Json;
using DataFlow.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace DataFlow.Tests.Api;

public sealed class ApiDocumentTests(ApiDocumentServer fixture) : IClassFixture<ApiDocumentServer>
{
    private AppServer Server => fixture.Server;

    /// <summary>A change of the API is a change of this file: it is written beside the old one as <c>openapi.received.json</c>, to be looked at and taken over.</summary>
    [Fact]
    public async Task The_document_is_the_one_that_was_agreed_on()
    {
        var current = (await Server.GetAsync("/openapi/v1.json")).Text.ReplaceLineEndings("\n");
        var agreed = RepositoryFiles.Of("DataFlow.Tests", "Api", "openapi.json");

        if (!File.Exists(agreed) || (await File.ReadAllTextAsync(agreed, TestContext.Current.CancellationToken)).Trim() != current.Trim())
        {
            await File.WriteAllTextAsync(RepositoryFiles.Of("DataFlow.Tests", "Api", "openapi.received.json"), current + "\n", TestContext.Current.CancellationToken);
            Assert.Fail("The OpenAPI document has changed. Compare DataFlow.Tests/Api/openapi.received.json with openapi.json.");
        }
    }

    [Fact]
    public async Task Every_route_of_the_API_is_in_the_document()
    {
        var paths = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("paths");
        var described = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).ToHashSet();

        var routes = Server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } pattern && (string[])["workflows", "executions", "webhooks", "task-types", "expressions", "schemas", "health", "metrics"] is var roots && roots.Contains(pattern.TrimStart('/').Split('/')[0]))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {Plain(endpoint.RoutePattern.RawText!)}")).ToArray();

        Assert.True(routes.Length >= 44, $"Only {routes.Length} routes were found.");
        Assert.Equal([], routes.Where(route => !described.Contains(route)));
    }

    /// <summary>Replies that the engine writes itself are held against what the document says of them.</summary>
    [Theory]
    [InlineData("/executions/{execution}?include=inputs,outputs", "/executions/{execution_id}")]
    [InlineData("/executions/{failed}?include=inputs,outputs", "/executions/{execution_id}")]
    [InlineData("/executions/{running}", "/executions/{execution_id}")]
    [InlineData("/executions", "/executions")]
    [InlineData("/executions/{failed}/logs", "/executions/{execution_id}/logs")]
    [InlineData("/executions/{execution}/webhooks", "/executions/{execution_id}/webhooks")]
    [InlineData("/webhooks", "/webhooks")]
    [InlineData("/webhooks/{webhook}", "/webhooks/{webhook_id}")]
    [InlineData("/webhooks/{webhook}/deliveries", "/webhooks/{webhook_id}/deliveries")]
    [InlineData("/webhooks/{webhook}/deliveries/{delivery}", "/webhooks/{webhook_id}/deliveries/{delivery_id}")]
    [InlineData("/workflows/{workflow}/webhooks", "/workflows/{workflow_id}/webhooks")]
    [InlineData("/workflows", "/workflows")]
    [InlineData("/workflows/{workflow}", "/workflows/{workflow_id}")]
    [InlineData("/workflows/{workflow}/versions", "/workflows/{workflow_id}/versions")]
    [InlineData("/task-types", "/task-types")]
    [InlineData("/health/ready", "/health/ready")]
    public async Task A_reply_is_what_the_document_says(string path, string documented)
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;

        var reply = await Server.GetAsync(fixture.Names.Aggregate(path, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal)));

        Assert.True(reply.Status == 200, reply.ToString());
        var schema = document.GetProperty("paths").GetProperty(documented).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        SchemaCheck.Assert(document, schema, reply.Json, "#");
    }

    [Fact]
    public async Task A_problem_is_what_the_document_says()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var reply = await Server.PostAsync("/workflows", """{"taks":1}""");

        var schema = document.GetProperty("paths").GetProperty("/workflows").GetProperty("post").GetProperty("responses").GetProperty("400").GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
        SchemaCheck.Assert(document, schema, reply.Json, "#");
    }

    [Fact]
    public async Task The_example_of_a_definition_is_accepted()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var content = document.GetProperty("paths").GetProperty("/workflows").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json");

        SchemaCheck.Assert(document, content.GetProperty("schema"), content.GetProperty("example"), "#");
        await Server.CreateAsync(content.GetProperty("example").GetRawText());
    }

    private static string Plain(string pattern) => System.Text.RegularExpressions.Regex.Replace(pattern, @"\{(\w+)[^}]*\}", "{$1}");
}

/// <summary>A server with an execution of each kind on it.</summary>
public sealed class ApiDocumentServer : IAsyncLifetime
{
    internal AppServer Server { get; private set; } = null!;

    internal IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        Server = await AppServer.StartAsync();
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var failing = await Server.CreateAsync("""{"name":"Fails","tasks":[{"ref":"stop","type":"Flow.Fail","input":{"message":"No."}},{"ref":"after","type":"Echo","input":{"value":1}}]}""");
        var slow = await Server.PostAsync($"/workflows/{await Server.CreateAsync(Definitions.Slow)}/execute", "{}", ("Prefer", "wait=1"));
        // Nobody listens there, so the delivery stays what it is while it is looked at.
        var webhook = (await Server.PostAsync($"/workflows/{workflow}/webhooks", """{"url":"http://127.0.0.1:2/nobody","events":["task.failed"]}""")).Json.GetProperty("webhook_id").GetString()!;
        Names = new Dictionary<string, string>
        {
            ["{webhook}"] = webhook,
            ["{delivery}"] = (await Server.PostAsync($"/webhooks/{webhook}/test")).Json.GetProperty("delivery_id").GetString()!,
            ["{workflow}"] = workflow,
            ["{execution}"] = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString()!,
            ["{failed}"] = (await Server.RunAsync(failing)).GetProperty("execution_id").GetString()!,
            ["{running}"] = slow.Json.GetProperty("execution_id").GetString()!,
        };
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>As much of JSON Schema as the document uses. Members that it does not name are mistakes.</summary>
internal static class SchemaCheck
{
    public static void Assert(JsonElement document, JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document;
            foreach (var name in reference.GetString()![2..].Split('/')) schema = schema.GetProperty(name);
        }
        if (schema.TryGetProperty("oneOf", out var alternatives))
        {
            if (value.ValueKind == JsonValueKind.Null) return;
            Assert(document, alternatives.EnumerateArray().First(one => one.TryGetProperty("$ref", out _)), value, at);
            return;
        }
        if (schema.TryGetProperty("type", out var type)) Xunit.Assert.True(Types(type).Any(word => Fits(word!, value)), $"{at} is {value.ValueKind}, not {type}.");
        if (schema.TryGetProperty("enum", out var words)) Xunit.Assert.True(words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)), $"{at} is {value}, none of {words}.");
        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(item => item.GetString()!) : [])
                Xunit.Assert.True(value.TryGetProperty(name, out _), $"{at}/{name} is missing.");
            foreach (var member in value.EnumerateObject())
            {
                Xunit.Assert.True(properties.TryGetProperty(member.Name, out var inner), $"{at}/{member.Name} is not documented.");
                Assert(document, inner, member.Value, $"{at}/{member.Name}");
            }
        }
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            foreach (var item in value.EnumerateArray()) Assert(document, items, item, $"{at}/*");
    }

    private static IEnumerable<string?> Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()) : [type.GetString()];

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };
}
