using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

/// <summary>Many executions cancelled, replayed or deleted by one request.</summary>
public sealed class BulkTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Failing = """{"name":"Failing","tasks":[{"ref":"say","type":"Echo","input":{"value":1}},{"ref":"stop","type":"Flow.Fail","input":{"message":"No."}}]}""";

    private AppServer Server => fixture.Server;

    [Fact]
    public async Task Executions_are_deleted_by_id_and_what_cannot_be_says_why()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var (one, two) = (await EndedAsync(workflow), await EndedAsync(workflow));
        var waiting = await StartedAsync(await Server.CreateAsync(Definitions.Slow));

        var dry = (await Server.PostAsync("/executions/delete", $$"""{"ids":["{{one}}","{{two}}"],"dry_run":true}""")).Json;
        Assert.Equal((2, 2, 0), Told(dry));
        var reply = (await Server.PostAsync("/executions/delete", $$"""{"ids":["{{one}}","{{two}}","{{one}}","ex-none0000","{{waiting}}"]}""")).Json;

        Assert.Equal((4, 2, 2), Told(reply));
        Assert.Equal(
            [("ex-none0000", "not_found"), (waiting, "not_finished")],
            reply.GetProperty("refused").EnumerateArray().Select(row => (row.GetProperty("execution_id").GetString()!, row.GetProperty("code").GetString()!)));
        Assert.False(reply.GetProperty("more").GetBoolean());
        Assert.Equal(404, (await Server.GetAsync($"/executions/{one}")).Status);
        Assert.Equal(200, (await Server.GetAsync($"/executions/{waiting}")).Status);
    }

    [Fact]
    public async Task A_filter_cancels_what_has_not_ended_and_asking_again_finds_nothing_left()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        string[] waiting = [await StartedAsync(workflow), await StartedAsync(workflow), await StartedAsync(workflow)];
        var body = $$"""{"filter":{"workflow_id":"{{workflow}}"} }""";

        Assert.Equal((3, 3, 0), Told((await Server.PostAsync("/executions/cancel", body)).Json));

        foreach (var id in waiting)
            Assert.Equal("CANCELLED", (await Server.GetAsync($"/executions/{id}")).Json.GetProperty("status").GetString());
        Assert.Equal((0, 0, 0), Told((await Server.PostAsync("/executions/cancel", body)).Json));
    }

    [Fact]
    public async Task A_filter_is_gone_through_in_parts()
    {
        var workflow = await Server.CreateAsync(Failing);
        for (var i = 0; i < 5; i++) await EndedAsync(workflow);
        await EndedAsync(await Server.CreateAsync(Definitions.Nothing));
        var filter = $$"""{"workflow_id":"{{workflow}}","status":["FAILED"]}""";

        var first = (await Server.PostAsync("/executions/replay", $$"""{"filter":{{filter}},"limit":3,"dry_run":true}""")).Json;
        Assert.Equal((3, 3, 0), Told(first));
        Assert.True(first.GetProperty("more").GetBoolean());
        var rest = (await Server.PostAsync("/executions/replay", $$"""{"filter":{{filter}},"limit":3,"dry_run":true,"cursor":"{{first.GetProperty("next_cursor").GetString()}}"}""")).Json;

        Assert.Equal((2, 2, 0), Told(rest));
        Assert.False(rest.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task The_same_key_replays_no_execution_twice()
    {
        var workflow = await Server.CreateAsync(Failing);
        string[] failed = [await EndedAsync(workflow), await EndedAsync(workflow)];
        var body = $$"""{"ids":["{{failed[0]}}","{{failed[1]}}"]}""";

        for (var i = 0; i < 2; i++)
            Assert.Equal((2, 2, 0), Told((await Server.PostAsync("/executions/replay", body, ("Idempotency-Key", "bulk-1"))).Json));

        var all = (await Server.GetAsync($"/workflows/{workflow}/executions")).Json.GetProperty("executions").EnumerateArray().ToList();
        Assert.Equal(4, all.Count);
        var replays = new List<string?>();
        foreach (var row in all)
            if ((await Server.GetAsync($"/executions/{row.GetProperty("execution_id").GetString()}")).Json.TryGetProperty("replay_of", out var of) && of.ValueKind == JsonValueKind.String) replays.Add(of.GetString());
        Assert.Equal(failed.Order(StringComparer.Ordinal), replays.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cancel", "{}", "#/filter", "required")]
    [InlineData("cancel", """{"ids":["ex-1"],"filter":{}}""", "#/filter", "contradiction")]
    [InlineData("delete", """{"ids":[]}""", "#/ids", "min_items")]
    [InlineData("delete", """{"ids":"ex-1"}""", "#/ids", "type_mismatch")]
    [InlineData("delete", """{"ids":[1]}""", "#/ids/0", "type_mismatch")]
    [InlineData("delete", """{"filter":{"status":["DONE"]}}""", "#/filter/status/0", "enum")]
    [InlineData("delete", """{"filter":{"stats":["FAILED"]}}""", "#/filter/stats", "unknown_property")]
    [InlineData("delete", """{"filter":{"created_from":"yesterday"}}""", "#/filter/created_from", "format")]
    [InlineData("replay", """{"filter":{},"limit":0}""", "#/limit", "range")]
    [InlineData("replay", """{"filter":{},"limit":1001}""", "#/limit", "range")]
    [InlineData("replay", """{"filter":{},"from":"there"}""", "#/from", "enum")]
    [InlineData("replay", """{"ids":["ex-1"],"cursor":"x"}""", "#/cursor", "not_applicable")]
    [InlineData("cancel", """{"filter":{},"cursor":"x"}""", "#/cursor", "invalid_cursor")]
    [InlineData("cancel", """{"filter":{},"from":"start"}""", "#/from", "unknown_property")]
    public async Task What_is_wrong_is_told_at_its_place_and_nothing_is_changed(string action, string body, string pointer, string code)
    {
        var reply = await Server.PostAsync($"/executions/{action}", body);

        Assert.True(reply.Status == 400, reply.ToString());
        Assert.Contains(reply.Json.GetProperty("errors").EnumerateArray(), error => error.GetProperty("code").GetString() == code && error.GetProperty("pointer").GetString() == pointer);
    }

    [Fact]
    public async Task An_unknown_workflow_is_not_found() =>
        Assert.Equal(404, (await Server.PostAsync("/executions/cancel", """{"filter":{"workflow_id":"wf-none00000"} }""")).Status);

    private static (int Matched, int Changed, int Refused) Told(JsonElement reply) =>
        (reply.GetProperty("matched").GetInt32(), reply.GetProperty("changed").GetInt32(), reply.GetProperty("refused").GetArrayLength());

    private async Task<string> EndedAsync(string workflow) => (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString()!;

    private async Task<string> StartedAsync(string workflow) => (await Server.PostAsync($"/workflows/{workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString()!;
}
