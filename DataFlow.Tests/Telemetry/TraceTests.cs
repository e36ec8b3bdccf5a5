using System.Text;
using System.Text.Json;
using DataFlow.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace DataFlow.Tests.Telemetry;

/// <summary>What a collector gets of servers that are told of one, across a death of the process too.</summary>
public sealed class TraceTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private const string CallersState = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
    private const string CallersTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallersSpan = "00f067aa0ba902b7";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_workflow_is_one_trace_with_every_task_and_attempt_in_its_place()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var site = await TestSite.StartAsync();
        site.Page("/page", "<html><body><article><h1>A page</h1><p>One sentence is here. Another one is there. A third one ends it all.</p></article></body></html>");
        using var place = new AppPlace();
        await using var server = await StartAsync(place, collector, "DataFlow__Samples=true");
        var sample = await FindSampleAsync(server);

        var execution = await ExecuteAsync(server, sample, $$$"""{"input":{"webpage_url":"{{{site.At("/page")}}}?token=s3cret"}}""", Caller, "COMPLETED");
        var spans = await collector.UntilAsync(spans => spans.Count(span => span.Name.StartsWith("attempt ", StringComparison.Ordinal)) == 3 && spans.Any(span => span.Name == "GET") && spans.Any(span => span.Kind == 2), Cancelled);

        Assert.Empty(collector.Refused);
        Assert.All(spans, span => Assert.Equal(CallersTrace, span.TraceId));
        Assert.All(spans, span => Assert.Equal("dataflow", span.Service));
        var request = Assert.Single(spans, span => span.Kind == 2);
        Assert.Equal(CallersSpan, request.ParentId);
        var root = Assert.Single(spans, span => span.Name == "execution");
        Assert.Equal(request.SpanId, root.ParentId);
        Assert.Equal(execution, root.Attributes["dataflow.execution.id"]);
        foreach (var (taskRef, type) in ((string, string)[])[("download_webpage", "Web.Download"), ("extract_text", "Web.ExtractText"), ("summarize_text", "Text.Summarize")])
        {
            var task = Assert.Single(spans, span => span.Name == $"task {taskRef}");
            var attempt = Assert.Single(spans, span => span.Name == $"attempt {taskRef}");
            Assert.Equal((root.SpanId, type, "COMPLETED"), (task.ParentId, task.Attributes["dataflow.task.type"], task.Attributes["dataflow.task.status"]));
            Assert.Equal((task.SpanId, "completed"), (attempt.ParentId, attempt.Attributes["dataflow.attempt.outcome"]));
            Assert.True(root.Start <= task.Start && task.Start <= attempt.Start && attempt.End <= task.End && task.End <= root.End, $"{root}\n{task}\n{attempt}");
        }
        var get = Assert.Single(spans, span => span.Name == "GET" && span.Kind == 3);
        Assert.Equal(spans.Single(span => span.Name == "attempt download_webpage").SpanId, get.ParentId);
        Assert.Equal(("127.0.0.1", "200"), (get.Attributes["server.address"], get.Attributes["http.response.status_code"]));
        Assert.Equal($"00-{CallersTrace}-{get.SpanId}-01", Assert.Single(site.Requests).Headers["traceparent"]);
        Assert.Equal(spans.Count, spans.Select(span => span.SpanId).Distinct().Count());
        Assert.DoesNotContain(spans, span => span.Everything.Contains("s3cret") || span.Everything.Contains("sentence"));
        Assert.Contains("OpenTelemetry", File.ReadAllText($"/proc/{server.Id}/maps"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_is_tried_again_shows_each_attempt_and_why_it_failed()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var site = await TestSite.StartAsync();
        var tries = 0;
        site.Map("/flaky", context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref tries) < 3 ? 503 : 200;
            return Task.CompletedTask;
        });
        using var place = new AppPlace();
        await using var server = await StartAsync(place, collector);
        var workflow = await SaveAsync(server, $$$"""{ "ref": "call", "type": "Http.Request", "input": { "url": "{{{site.At("/flaky")}}}" }, "retry": { "attempts": 5, "delay": 0.05 } }, { "ref": "rest", "type": "Flow.Wait", "input": { "seconds": 1 } }""");

        await ExecuteAsync(server, workflow, "{}", null, "COMPLETED");
        var spans = await collector.UntilAsync(spans => spans.Any(span => span.Name == "attempt rest"), Cancelled);

        Assert.Empty(collector.Refused);
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        var task = Assert.Single(spans, span => span.Name == "task call");
        var attempts = spans.Where(span => span.Name == "attempt call").OrderBy(span => span.Start).ToArray();
        Assert.Equal(["1", "2", "3"], attempts.Select(attempt => attempt.Attributes["dataflow.attempt"]));
        Assert.Equal([OtlpSpan.Error, OtlpSpan.Error, 0], attempts.Select(attempt => attempt.Status));
        Assert.All(attempts[..2], attempt => Assert.Equal(("retried", attempt.StatusMessage), (attempt.Attributes["dataflow.attempt.outcome"], attempt.Attributes["error.type"])));
        Assert.All(attempts, attempt => Assert.Equal(task.SpanId, attempt.ParentId));
        Assert.Equal(["retry_scheduled", "retry_scheduled"], task.Events.Select(e => e.Name));
        Assert.Equal(0, task.Status);
        Assert.Equal(["503", "503", "200"], spans.Where(span => span.Name == "GET").OrderBy(span => span.Start).Select(span => span.Attributes["http.response.status_code"]));
        Assert.Equal(attempts.Select(attempt => attempt.SpanId), spans.Where(span => span.Name == "GET").OrderBy(span => span.Start).Select(span => span.ParentId));
        Assert.Equal(["waiting"], Assert.Single(spans, span => span.Name == "attempt rest").Events.Select(e => e.Name));
    }

    [Fact]
    public async Task A_trace_goes_on_when_the_process_is_killed_and_webhooks_belong_to_it()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var site = await TestSite.StartAsync();
        var answer = new TaskCompletionSource();
        site.Map("/slow", _ => answer.Task);
        site.Page("/hook", "");
        using var place = new AppPlace();
        string execution;
        await using (var first = await StartAsync(place, collector))
        {
            var workflow = await SaveAsync(first, $$$"""{ "ref": "before", "type": "Text.Reverse", "input": { "text": "a" } }, { "ref": "call", "type": "Http.Request", "input": { "url": "{{{site.At("/slow")}}}" } }""");
            execution = await ExecuteAsync(first, workflow, $$"""{"webhook_url":"{{site.At("/hook")}}"}""", Caller, null);
            while ((await site.NextRequestAsync(Cancelled)).Path != "/slow")
            {
            }
            await first.KillAsync();
        }
        answer.SetResult();
        await using var second = await StartAsync(place, collector);
        var spans = await collector.UntilAsync(spans => spans.Any(span => span.Name == "execution") && spans.Count(span => span.Name == "POST" && span.Kind == 3) >= 2, Cancelled);

        Assert.Empty(collector.Refused);
        Assert.All(spans, span => Assert.Equal(CallersTrace, span.TraceId));
        var root = Assert.Single(spans, span => span.Name == "execution");
        Assert.Equal((execution, "COMPLETED"), (root.Attributes["dataflow.execution.id"], root.Attributes["dataflow.execution.status"]));
        var attempts = spans.Where(span => span.Name == "attempt call").OrderBy(span => span.Start).ToArray();
        Assert.Equal([("1", "lost", OtlpSpan.Error), ("2", "completed", 0)], attempts.Select(attempt => (attempt.Attributes["dataflow.attempt"], attempt.Attributes["dataflow.attempt.outcome"], attempt.Status)));
        Assert.Equal(Assert.Single(spans, span => span.Name == "task call").SpanId, Assert.Single(attempts.Select(attempt => attempt.ParentId).Distinct()));
        // The dead process made the first call, and could not tell of it; what it sent says where it belongs all the same.
        var calls = site.Requests.Where(request => request.Path == "/slow").Select(request => request.Headers["traceparent"].Split('-')).ToArray();
        Assert.Equal(2, calls.Length);
        Assert.All(calls, call => Assert.Equal(CallersTrace, call[1]));
        Assert.Equal(attempts[1].SpanId, Assert.Single(spans, span => span.SpanId == calls[1][2]).ParentId);
        var messages = site.Requests.Where(request => request.Path == "/hook").ToArray();
        Assert.NotEmpty(messages);
        Assert.All(messages, message => Assert.Equal(CallersTrace, message.Headers["traceparent"].Split('-')[1]));
        Assert.All(messages.Concat(site.Requests.Where(request => request.Path == "/slow")), message => Assert.Equal(CallersState, message.Headers["tracestate"]));
        Assert.All(spans.Where(span => span.Name == "POST" && span.Kind == 3), message => Assert.Equal(root.SpanId, message.ParentId));
    }

    [Fact]
    public async Task Without_a_collector_a_callers_trace_is_still_passed_on_and_nothing_is_loaded()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/page", "x", "text/plain").Page("/hook", "");
        using var place = new AppPlace();
        await using var server = await AppProcess.StartAsync(place);
        var workflow = await SaveAsync(server, $$$"""{ "ref": "call", "type": "Http.Request", "input": { "url": "{{{site.At("/page")}}}" } }""");

        await ExecuteAsync(server, workflow, $$"""{"webhook_url":"{{site.At("/hook")}}"}""", Caller, "COMPLETED");
        await ExecuteAsync(server, workflow, "{}", null, "COMPLETED");
        while (site.Requests.Count < 4) await site.NextRequestAsync(Cancelled);

        var with = site.Requests.Where(request => request.Headers.ContainsKey("traceparent")).ToArray();
        Assert.Equal(["/hook", "/hook", "/page"], with.Select(request => request.Path).Order());
        Assert.All(with, request => Assert.Matches($"^00-{CallersTrace}-[0-9a-f]{{16}}-01$", request.Headers["traceparent"]));
        Assert.All(with, request => Assert.Equal(CallersState, request.Headers["tracestate"]));
        Assert.DoesNotContain("OpenTelemetry", File.ReadAllText($"/proc/{server.Id}/maps"), StringComparison.Ordinal);
    }

    private static Task<AppProcess> StartAsync(AppPlace place, OtlpReceiver collector, params string[] settings) => AppProcess.StartAsync(
        place, null, [$"DataFlow__Telemetry__OtlpEndpoint={collector.Address}", "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_METRIC_EXPORT_INTERVAL=200", .. settings]);

    /// <summary>The samples are saved once the server listens.</summary>
    private static async Task<string> FindSampleAsync(AppProcess server)
    {
        while (true)
        {
            foreach (var workflow in (await SendAsync(server, HttpMethod.Get, "/workflows", null)).GetProperty("workflows").EnumerateArray())
                if (workflow.GetProperty("name").GetString()!.Contains("no key needed", StringComparison.Ordinal)) return workflow.GetProperty("workflow_id").GetString()!;
        }
    }

    private static async Task<string> SaveAsync(AppProcess server, string tasks) =>
        (await SendAsync(server, HttpMethod.Post, "/workflows", $$"""{ "name": "t", "input": [], "tasks": [{{tasks}}], "output": [] }""")).GetProperty("workflow_id").GetString()!;

    /// <summary>Not part of any trace: the server records requests, and a test wants to see one trace only.</summary>
    private static async Task<JsonElement> SendAsync(AppProcess server, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("traceparent", "00-11111111111111111111111111111111-2222222222222222-00");
        using var reply = await server.Client.SendAsync(request, Cancelled);
        return JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Answers its id. It must end with the status; <c>null</c>: nobody waits.</summary>
    private static async Task<string> ExecuteAsync(AppProcess server, string workflow, string body, string? traceParent, string? status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/workflows/{workflow}/execute") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (traceParent is not null) request.Headers.Add("traceparent", traceParent);
        if (traceParent is not null) request.Headers.Add("tracestate", CallersState);
        if (status is not null) request.Headers.Add("Prefer", "wait=30");
        using var reply = await server.Client.SendAsync(request, Cancelled);
        var document = JsonElement.Parse(await reply.Content.ReadAsStringAsync(Cancelled));
        if (status is not null) Assert.Equal(status, document.GetProperty("status").GetString());
        return document.GetProperty("execution_id").GetString()!;
    }
}
