using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

/// <summary>Sends every request of the contract, letter for letter, and holds every reply against the one that the contract shows.</summary>
public sealed partial class ContractTests(ContractServer fixture) : IClassFixture<ContractServer>
{
    private const int CreateRequest = 0;
    private const int CreateReply = 1;
    private const int ExecuteRequest = 2;
    private const int ExecuteReply = 3;
    private const int StatusReply = 4;
    private const int ListReply = 5;
    private const int WebhookRequest = 6;

    private static readonly string[] s_blocks = [.. JsonBlock().Matches(File.ReadAllText(RepositoryFiles.Of("DataFlow.Tests", "Api", "Contract", "workflows.md"))).Select(match => match.Groups[1].Value)];

    [Fact]
    public void The_contract_has_the_seven_documents_these_tests_send_and_expect() => Assert.Equal(7, s_blocks.Length);

    [Fact]
    public async Task Creating_a_workflow_answers_201_with_exactly_id_and_version()
    {
        var reply = await fixture.Server.PostAsync("/workflows", s_blocks[CreateRequest]);

        Assert.True(reply.Status == 201, reply.ToString());
        AssertSameShape(Expected(CreateReply), reply.Json, exactly: true);
        Assert.Equal(1, reply.Json.GetProperty("workflow_version").GetInt32());
        Assert.Matches("^wf-[0-9a-z]{8,}$", reply.Json.GetProperty("workflow_id").GetString());
        Assert.Equal($"/workflows/{reply.Json.GetProperty("workflow_id").GetString()}", reply.Header("Location"));
        Assert.Equal("\"1\"", reply.Header("ETag"));
        Assert.Equal("application/json", reply.MediaType);
    }

    [Theory]
    [InlineData("execute", ExecuteRequest)]
    [InlineData("execute", WebhookRequest)]
    [InlineData("executions", ExecuteRequest)]
    public async Task Executing_answers_202_with_exactly_the_four_fields(string path, int request)
    {
        var workflow = await fixture.CreateAsync(s_blocks[CreateRequest]);

        var reply = await fixture.Server.PostAsync($"/workflows/{workflow}/{path}", s_blocks[request], ("X-OpenAI-Key", "sk-test"));

        Assert.True(reply.Status == 202, reply.ToString());
        AssertSameShape(Expected(ExecuteReply), reply.Json, exactly: true);
        Assert.Equal("PENDING", reply.Json.GetProperty("status").GetString());
        Assert.Equal(workflow, reply.Json.GetProperty("workflow_id").GetString());
        Assert.Matches("^ex-[0-9a-z]{8,}$", reply.Json.GetProperty("execution_id").GetString());
        Assert.Equal($"/workflows/{workflow}/executions/{reply.Json.GetProperty("execution_id").GetString()}", reply.Header("Location"));
    }

    [Fact]
    public async Task An_execution_is_rejected_with_400_when_its_input_is_invalid()
    {
        var workflow = await fixture.CreateAsync(s_blocks[CreateRequest]);

        var reply = await fixture.Server.PostAsync($"/workflows/{workflow}/execute", """{"input":{"webpage_url":7}}""", ("X-OpenAI-Key", "sk-test"));

        Assert.Equal(400, reply.Status);
        Assert.Equal("#/input/webpage_url", reply.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task The_status_of_an_execution_has_the_fields_of_the_contract_and_its_tasks_in_order()
    {
        var workflow = await fixture.CreateAsync(s_blocks[CreateRequest]);
        var execution = await fixture.ExecuteAsync(workflow, s_blocks[ExecuteRequest]);

        var reply = await fixture.Server.GetAsync($"/workflows/{workflow}/executions/{execution}");

        Assert.True(reply.Status == 200, reply.ToString());
        AssertSameShape(Expected(StatusReply), reply.Json, exactly: false);
        Assert.Equal(["download_webpage", "extract_text", "summarize_text"], reply.Json.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("ref").GetString()));
        Assert.Contains(reply.Json.GetProperty("status").GetString(), (string[])["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]);
    }

    [Fact]
    public async Task The_list_of_executions_has_the_fields_of_the_contract_newest_first()
    {
        var workflow = await fixture.CreateAsync(s_blocks[CreateRequest]);
        var first = await fixture.ExecuteAsync(workflow, s_blocks[ExecuteRequest]);
        var second = await fixture.ExecuteAsync(workflow, s_blocks[ExecuteRequest]);
        foreach (var execution in (string[])[first, second]) await fixture.EndAsync(execution);

        var reply = await fixture.Server.GetAsync($"/workflows/{workflow}/executions");

        Assert.True(reply.Status == 200, reply.ToString());
        AssertSameShape(Expected(ListReply), reply.Json, exactly: false);
        Assert.Equal([second, first], reply.Json.GetProperty("executions").EnumerateArray().Select(row => row.GetProperty("execution_id").GetString()));
        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task Times_are_RFC_3339_in_UTC_and_null_until_they_happen()
    {
        var workflow = await fixture.CreateAsync(Definitions.Slow);
        var execution = await fixture.ExecuteAsync(workflow, "{}");

        var document = (await fixture.Server.GetAsync($"/executions/{execution}")).Json;

        var created = document.GetProperty("created_at").GetString()!;
        Assert.EndsWith("Z", created, StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, out _));
        Assert.Equal(JsonValueKind.Null, document.GetProperty("completed_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, document.GetProperty("output").ValueKind);
    }

    private static JsonElement Expected(int block) => JsonElement.Parse(s_blocks[block]);

    /// <summary>Every member of the contract is there, of the same kind; with <paramref name="exactly"/> nothing else is.</summary>
    private static void AssertSameShape(JsonElement expected, JsonElement actual, bool exactly)
    {
        Assert.Equal(expected.ValueKind, actual.ValueKind);
        if (expected.ValueKind == JsonValueKind.Object)
        {
            var names = actual.EnumerateObject().Select(member => member.Name).ToArray();
            var wanted = expected.EnumerateObject().Select(member => member.Name).ToArray();
            if (exactly) Assert.Equal(wanted, names);
            // The contract's fields come first and in its order, ours after them.
            else Assert.Equal(wanted, names.Where(wanted.Contains));
            foreach (var member in expected.EnumerateObject()) AssertSameShape(member.Value, actual.GetProperty(member.Name), exactly);
        }
        if (expected.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
            foreach (var (wanted, found) in expected.EnumerateArray().Zip(actual.EnumerateArray())) AssertSameShape(wanted, found, exactly);
        }
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}

/// <summary>A server whose outbound traffic goes nowhere: the contract's example addresses are not ours to call.</summary>
public sealed class ContractServer : IAsyncLifetime
{
    internal AppServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await AppServer.StartAsync(services: services => services.AddSingleton<IHostResolver>(new NoNames()));

    private sealed class NoNames : IHostResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => throw new SocketException((int)SocketError.HostNotFound);
    }

    internal Task<string> CreateAsync(string definition) => Server.CreateAsync(definition);

    internal async Task<string> ExecuteAsync(string workflow, string body)
    {
        var reply = await Server.PostAsync($"/workflows/{workflow}/execute", body, ("X-OpenAI-Key", "sk-test"));
        Assert.True(reply.Status == 202, reply.ToString());
        return reply.Json.GetProperty("execution_id").GetString()!;
    }

    /// <summary>Waits until it has ended, by reading its events to the end of the stream.</summary>
    internal async Task EndAsync(string execution) => await Server.GetAsync($"/executions/{execution}/events");

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
