using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

public sealed class StorageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Fact]
    public async Task An_execution_that_has_ended_is_deleted_and_found_no_more()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);
        var id = (await Server.RunAsync(workflow, """{"input":{"text":"hello"}}""")).GetProperty("execution_id").GetString();

        Assert.Equal(204, (await Server.SendAsync(HttpMethod.Delete, $"/executions/{id}")).Status);
        Assert.Equal(404, (await Server.SendAsync(HttpMethod.Delete, $"/executions/{id}")).Status);
        Assert.Equal(404, (await Server.GetAsync($"/executions/{id}")).Status);
        Assert.Equal(0, (await Server.GetAsync($"/workflows/{workflow}/executions")).Json.GetProperty("executions").GetArrayLength());
    }

    [Fact]
    public async Task An_execution_under_way_is_not_deleted()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var id = (await Server.PostAsync($"/workflows/{workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString();

        var reply = await Server.SendAsync(HttpMethod.Delete, $"/executions/{id}");
        Assert.True(reply.Status == 409, reply.ToString());
        Assert.Equal("not_finished", reply.Json.GetProperty("code").GetString());
        await Server.PostAsync($"/executions/{id}/cancel");
    }

    [Fact]
    public async Task Storage_tells_what_there_is_and_what_its_limits_are()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);
        await Server.RunAsync(workflow, """{"input":{"text":"hello"}}""");

        var reply = await Server.GetAsync("/storage");
        Assert.True(reply.Status == 200, reply.ToString());
        Assert.True(reply.Json.GetProperty("database_bytes").GetInt64() > 0);
        var kinds = reply.Json.GetProperty("kinds").EnumerateArray().ToDictionary(kind => kind.GetProperty("kind").GetString()!);
        Assert.True(kinds["journal"].GetProperty("rows").GetInt64() > 0);
        Assert.True(kinds["journal"].GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(30, reply.Json.GetProperty("limits").GetProperty("max_age_days").GetInt32());
    }

    [Fact]
    public async Task Prune_answers_what_it_removed_and_takes_no_members()
    {
        var reply = await Server.PostAsync("/storage/prune", "{}");
        Assert.True(reply.Status == 200, reply.ToString());
        Assert.Equal(0, reply.Json.GetProperty("removed").GetInt64());
        Assert.Equal(400, (await Server.PostAsync("/storage/prune", """{"now":true}""")).Status);
        Assert.Equal(405, (await Server.GetAsync("/storage/prune")).Status);
    }
}
