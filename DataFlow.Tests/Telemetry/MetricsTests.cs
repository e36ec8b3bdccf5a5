using System.Text;
using System.Text.Json;
using DataFlow.Tests.Docs;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Telemetry;

/// <summary>A server of its own process: what it tells is what it did, and nobody else's doing.</summary>
public sealed class MetricsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_told_is_what_was_run()
    {
        using var place = new AppPlace();
        await using var site = await TestSite.StartAsync();
        var tries = 0;
        site.Map("/flaky", context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref tries) == 1 ? 503 : 200;
            return Task.CompletedTask;
        });
        site.Page("/hook", "");
        await using var server = await AppProcess.StartAsync(place);
        var good = await SaveAsync(server, """{ "ref": "a", "type": "Text.Reverse", "input": { "text": "{{input.x}}" } }, { "ref": "b", "type": "Text.Reverse", "input": { "text": "b" } }""");
        var bad = await SaveAsync(server, """{ "ref": "a", "type": "Text.Reverse", "input": { "text": "{{input.gone}}" } }, { "ref": "b", "type": "Text.Reverse", "input": { "text": "b" } }""");
        var flaky = await SaveAsync(server, $$$"""{ "ref": "call", "type": "Http.Request", "input": { "url": "{{{site.At("/flaky")}}}" }, "retry": { "attempts": 2, "delay": 0.01 } }""");
        var denied = await SaveAsync(server, """{ "ref": "call", "type": "Http.Request", "input": { "url": "http://169.254.169.254/" }, "on_error": "continue" }""");
        for (var i = 0; i < 5; i++) await RunAsync(server, good, """{"input":{"x":"abc"}}""", "COMPLETED");
        await RunAsync(server, bad, "{}", "FAILED");
        await RunAsync(server, flaky, "{}", "COMPLETED");
        await RunAsync(server, denied, "{}", "COMPLETED");
        await RunAsync(server, good, $$"""{"input":{"x":"abc"},"webhook_url":"{{site.At("/hook")}}"}""", "COMPLETED");
        using (var refused = await PostAsync(server, $"/workflows/{good}/execute", """{"input":{"x":1}}""")) Assert.Equal(400, (int)refused.StatusCode);
        var told = await UntilAsync(server, told => told.Value("dataflow_webhooks_attempts_total", ("outcome", "delivered")) == 2);

        Assert.Equal([], told.Families.Values.Where(family => family.Name.StartsWith("dataflow_", StringComparison.Ordinal)).SelectMany(MetricNaming.Problems));
        Assert.Equal(9, told.Value("dataflow_executions_accepted_total", ("trigger", "api")));
        Assert.Equal(8, told.Value("dataflow_executions_ended_total", ("status", "COMPLETED")));
        Assert.Equal(1, told.Value("dataflow_executions_ended_total", ("status", "FAILED")));
        Assert.Equal(0, told.Value("dataflow_executions_ended_total", ("status", "CANCELLED")));
        Assert.Equal(1, told.Value("dataflow_executions_refused_total", ("code", "validation")));
        Assert.Equal(8, told.Value("dataflow_execution_duration_seconds_count", ("status", "COMPLETED")));
        Assert.Equal(9, told.Value("dataflow_execution_queue_duration_seconds_count"));
        Assert.Equal(12, told.Value("dataflow_tasks_ended_total", ("type", "Text.Reverse"), ("status", "COMPLETED")));
        Assert.Equal(1, told.Value("dataflow_tasks_ended_total", ("type", "Text.Reverse"), ("status", "FAILED")));
        Assert.Equal(1, told.Value("dataflow_tasks_ended_total", ("type", "Text.Reverse"), ("status", "SKIPPED")));
        Assert.Equal(1, told.Value("dataflow_tasks_ended_total", ("type", "Http.Request"), ("status", "COMPLETED")));
        Assert.Equal(1, told.Value("dataflow_tasks_ended_total", ("type", "Http.Request"), ("status", "FAILED")));
        Assert.Equal(3, told.Value("dataflow_attempts_started_total", ("type", "Http.Request")));
        Assert.Equal(1, told.Value("dataflow_attempts_retried_total", ("type", "Http.Request")));
        Assert.Equal(1, told.Value("dataflow_egress_denied_total", ("purpose", "tasks"), ("code", "egress_denied")));
        Assert.Equal(2, told.Value("dataflow_webhook_lag_seconds_count"));
        Assert.Equal(0, told.Value("dataflow_executions_active"));
        Assert.Equal(256, told.Value("dataflow_executions_limit"));
        Assert.Equal(1, told.Value("dataflow_storage_writable"));
        Assert.InRange(told.Value("dataflow_storage_commits_total"), 10, 1_000);
        Assert.Equal(told.Value("dataflow_storage_commits_total"), told.Value("dataflow_storage_commit_duration_seconds_count"));
        Assert.Equal(new FileInfo(place.Database).Length, told.Value("dataflow_storage_database_size_bytes"));
        Assert.InRange(told.Value("dotnet_process_memory_working_set_bytes"), 1e7, 1e10);
        Assert.Contains("http_server_request_duration_seconds", told.Families.Keys);
        Assert.All(told.Families.Values.Where(family => family.Name.StartsWith("dataflow_", StringComparison.Ordinal)), family => Assert.Equal(
            ObservabilityPage.Metrics.Single(metric => metric.Name == family.Name).Labels, family.Samples.SelectMany(sample => sample.Labels.Keys).Where(label => label != "le").Distinct()));
    }

    [Fact]
    public async Task It_is_told_to_this_machine_only_like_everything_else()
    {
        await using var server = await AppServer.StartAsync();

        var reply = await server.GetAsync("/metrics");

        Assert.Equal(200, reply.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Header("Content-Type"));
        Assert.NotEmpty(Exposition.Parse(reply.Text).Families);
        Assert.Equal(400, (await server.GetAsync("/metrics", ("Host", "rebound.example"))).Status);
        Assert.Equal(403, (await server.GetAsync("/metrics", ("X-Forwarded-For", "203.0.113.9"))).Status);
        Assert.Equal(405, (await server.PostAsync("/metrics", "{}")).Status);
    }

    private static async Task<Exposition> UntilAsync(AppProcess server, Func<Exposition, bool> enough)
    {
        while (true)
        {
            var told = Exposition.Parse(await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancelled));
            if (enough(told)) return told;
        }
    }

    private static async Task<string> SaveAsync(AppProcess server, string tasks)
    {
        using var reply = await PostAsync(server, "/workflows", $$"""{ "name": "t", "input": [{ "name": "x", "type": "string", "required": false }, { "name": "gone", "type": "string", "required": false }], "tasks": [{{tasks}}], "output": [] }""");
        return JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancelled)).GetProperty("workflow_id").GetString()!;
    }

    private static async Task RunAsync(AppProcess server, string workflow, string body, string status)
    {
        using var reply = await PostAsync(server, $"/workflows/{workflow}/execute", body);
        Assert.Equal(status, JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancelled)).GetProperty("status").GetString());
    }

    private static Task<HttpResponseMessage> PostAsync(AppProcess server, string path, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", "wait=30");
        return server.Client.SendAsync(request, Cancelled);
    }
}
