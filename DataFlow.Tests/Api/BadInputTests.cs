using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

/// <summary>Every row of the corpus in <c>BadInput/*.json</c>: what is sent, and the status, code and places that must be answered.</summary>
public sealed class BadInputTests(BadInputServer fixture) : IClassFixture<BadInputServer>
{
    private const string Base =
        """
        {"name":"Base","input":[{"name":"webpage_url","type":"string"}],
         "tasks":[{"ref":"first","type":"Text.Reverse","input":{"text":"{{input.webpage_url}}"}},
                  {"ref":"second","type":"Text.Truncate","input":{"text":"{{refs.first.output.text}}","length":5}}],
         "output":[{"name":"out","type":"string","value":"{{refs.second.output.text}}"}]}
        """;

    public static IEnumerable<TheoryDataRow<string, string>> Rows() =>
        from file in Directory.GetFiles(RepositoryFiles.Of("DataFlow.Tests", "Api", "BadInput"), "*.json").Order(StringComparer.Ordinal)
        from row in JsonNode.Parse(File.ReadAllText(file))!.AsArray()
        select new TheoryDataRow<string, string>($"{row["row"]}: {row["name"]}", row.ToJsonString());

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Is_answered_with_its_problems_and_harms_nothing(string name, string json)
    {
        var row = JsonNode.Parse(json)!;
        fixture.Server.Logs.Clear();

        using var request = Request(row);
        var reply = await SendAsync(request);

        Assert.True(reply.Status == (int)row["status"]!, $"{name}: {reply}");
        if (row["code"] is { } code) AssertProblem(reply, (string)code!);
        foreach (var error in row["errors"]?.AsArray() ?? []) AssertNamed(reply.Json, error!);
        foreach (var header in row["response_headers"]?.AsArray() ?? []) Assert.False(string.IsNullOrEmpty(reply.Header((string)header!)), $"{header} is missing.");
        Assert.Equal(200, (await fixture.Server.GetAsync("/health/live")).Status);
        Assert.Empty(fixture.Server.Logs.Errors);
    }

    private static void AssertProblem(ApiReply reply, string code)
    {
        Assert.Equal("application/problem+json", reply.MediaType);
        var problem = reply.Json;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(reply.Status, problem.GetProperty("status").GetInt32());
        Assert.EndsWith("/" + code.Replace('_', '-'), problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.NotEmpty(problem.GetProperty("instance").GetString()!);
        Assert.NotEmpty(problem.GetProperty("trace_id").GetString()!);
        Assert.True(!problem.TryGetProperty("errors", out var errors) || errors.GetArrayLength() is >= 1 and <= 100);
    }

    private static void AssertNamed(JsonElement problem, JsonNode expected)
    {
        var named = problem.GetProperty("errors").EnumerateArray().Any(error =>
            expected.AsObject().All(member => error.TryGetProperty(member.Key, out var value) && value.GetString() == (string)member.Value!));
        Assert.True(named, $"Expected {expected.ToJsonString()} in {problem}");
    }

    private HttpRequestMessage Request(JsonNode row)
    {
        var path = fixture.Fill((string)row["path"]!);
        // As it is: the client must not tidy up what the server is to refuse.
        var target = new Uri(fixture.Server.Address + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod((string)row["method"]!), target);
        if (Body(row) is { } body)
        {
            request.Content = new ByteArrayContent(body);
            var type = (string?)row["content_type"] ?? "application/json";
            if (type.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        if ((bool?)row["chunked"] == true) request.Headers.TransferEncodingChunked = true;
        foreach (var (header, value) in row["headers"]?.AsObject() ?? [])
            if (!request.Headers.TryAddWithoutValidation(header, fixture.Fill((string)value!))) request.Content!.Headers.TryAddWithoutValidation(header, (string)value!);
        // A refusal of a large body may close the connection under the sender; asking first is what careful clients do.
        if (request.Content?.Headers.ContentLength > 1_000_000 || request.Headers.TransferEncodingChunked == true) request.Headers.ExpectContinue = true;
        return request;
    }

    private static byte[]? Body(JsonNode row)
    {
        if ((string?)row["raw"] is { } raw) return Encoding.UTF8.GetBytes(raw);
        if ((string?)row["base64"] is { } bytes) return Convert.FromBase64String(bytes);
        if ((string?)row["base64_prefix"] is { } prefix) return [.. Convert.FromBase64String(prefix), .. Encoding.UTF8.GetBytes(Base)];
        if (row["generate"] is { } recipe)
        {
            var times = (int)recipe["times"]!;
            var text = new StringBuilder((string?)recipe["prefix"]);
            text.Insert(text.Length, (string)recipe["repeat"]!, times).Insert(text.Length, (string?)recipe["then"] ?? "", times).Append((string?)recipe["suffix"]);
            return Encoding.UTF8.GetBytes(text.ToString());
        }
        return row["set"] is null ? null : Encoding.UTF8.GetBytes(Changed(row).ToJsonString());
    }

    /// <summary>The valid definition with some members set and others removed.</summary>
    private static JsonNode Changed(JsonNode row)
    {
        var definition = JsonNode.Parse(Base)!;
        foreach (var (pointer, value) in row["set"]!.AsObject())
        {
            var (parent, name) = Find(definition, pointer);
            if (parent is JsonArray list) list[int.Parse(name)] = value?.DeepClone();
            else parent[name] = value?.DeepClone();
        }
        foreach (var pointer in row["remove"]?.AsArray() ?? [])
        {
            var (parent, name) = Find(definition, (string)pointer!);
            parent.AsObject().Remove(name);
        }
        return definition;
    }

    private static (JsonNode Parent, string Name) Find(JsonNode root, string pointer)
    {
        var names = pointer[1..].Split('/');
        var parent = names[..^1].Aggregate(root, (node, name) => node is JsonArray list ? list[int.Parse(name)]! : node[name]!);
        return (parent, names[^1]);
    }

    private async Task<ApiReply> SendAsync(HttpRequestMessage request)
    {
        // A connection of its own: some rows end with the server closing it.
        using var client = fixture.Server.NewClient();
        using var response = await client.SendAsync(request);
        return await ApiReply.ReadAsync(response);
    }
}

/// <summary>A server with something of each kind on it.</summary>
public sealed class BadInputServer : IAsyncLifetime
{
    private readonly Dictionary<string, string> names = [];

    internal AppServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await AppServer.StartAsync();
        var inputless = await Server.CreateAsync(Definitions.Nothing);
        var deleted = await Server.CreateAsync(Definitions.Nothing);
        var execution = (await Server.RunAsync(inputless)).GetProperty("execution_id").GetString()!;
        Assert.Equal(204, (await Server.SendAsync(HttpMethod.Delete, $"/workflows/{deleted}")).Status);
        names["{workflow}"] = await Server.CreateAsync(Definitions.Reverse.Replace("\"text\",\"type\":\"string\"", "\"webpage_url\",\"type\":\"string\"", StringComparison.Ordinal).Replace("input.text", "input.webpage_url", StringComparison.Ordinal));
        names["{inputless}"] = inputless;
        names["{deleted}"] = deleted;
        names["{execution}"] = execution;
        names["{origin}"] = Server.Address.GetLeftPart(UriPartial.Authority);
    }

    internal string Fill(string text) => names.Aggregate(text, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
