using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

public sealed class WorkflowsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Fact]
    public async Task Getting_a_workflow_answers_the_document_as_it_was_sent()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);

        var reply = await Server.GetAsync($"/workflows/{workflow}");

        Assert.Equal("\"1\"", reply.Header("ETag"));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Definitions.Reverse), reply.Json.GetProperty("definition")));
        Assert.Equal(["workflow_id", "workflow_version", "created_at", "definition"], reply.Json.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task If_None_Match_of_the_current_version_is_304_without_a_body()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);

        var reply = await Server.GetAsync($"/workflows/{workflow}", ("If-None-Match", "\"1\""));

        Assert.Equal((304, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Putting_other_content_makes_a_version_and_the_same_content_makes_none()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);

        var same = await Server.SendAsync(HttpMethod.Put, $"/workflows/{workflow}", Definitions.Nothing);
        var other = await Server.SendAsync(HttpMethod.Put, $"/workflows/{workflow}", Definitions.Reverse, ("If-Match", "\"1\""));

        Assert.Equal((200, 1, "\"1\""), (same.Status, same.Json.GetProperty("workflow_version").GetInt32(), same.Header("ETag")));
        Assert.Equal((200, 2, "\"2\""), (other.Status, other.Json.GetProperty("workflow_version").GetInt32(), other.Header("ETag")));
        var versions = (await Server.GetAsync($"/workflows/{workflow}/versions")).Json.GetProperty("versions").EnumerateArray().Select(row => row.GetProperty("workflow_version").GetInt32());
        Assert.Equal([2, 1], versions);
        Assert.Equal("Nothing", (await Server.GetAsync($"/workflows/{workflow}/versions/1")).Json.GetProperty("definition").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Putting_over_an_edit_of_somebody_else_is_412_with_the_current_version()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        await Server.SendAsync(HttpMethod.Put, $"/workflows/{workflow}", Definitions.Reverse);

        var reply = await Server.SendAsync(HttpMethod.Put, $"/workflows/{workflow}", Definitions.Slow, ("If-Match", "\"1\""));

        Assert.Equal((412, "version_conflict", 2), (reply.Status, reply.Json.GetProperty("code").GetString(), reply.Json.GetProperty("current_version").GetInt32()));
        Assert.Equal("\"2\"", reply.Header("ETag"));
    }

    [Fact]
    public async Task Deleting_hides_the_workflow_and_keeps_its_executions()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var execution = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString();

        Assert.Equal(204, (await Server.SendAsync(HttpMethod.Delete, $"/workflows/{workflow}")).Status);

        Assert.Equal(404, (await Server.GetAsync($"/workflows/{workflow}")).Status);
        Assert.Equal(404, (await Server.SendAsync(HttpMethod.Delete, $"/workflows/{workflow}")).Status);
        Assert.Equal(200, (await Server.GetAsync($"/executions/{execution}")).Status);
    }

    [Fact]
    public async Task Deleting_while_executions_are_unfinished_is_409_unless_forced()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var execution = (await Server.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString();

        Assert.Equal(409, (await Server.SendAsync(HttpMethod.Delete, $"/workflows/{workflow}")).Status);
        Assert.Equal(204, (await Server.SendAsync(HttpMethod.Delete, $"/workflows/{workflow}?force=true")).Status);
        await Server.PostAsync($"/executions/{execution}/cancel");
    }

    [Fact]
    public async Task Validating_answers_every_problem_at_once_and_saves_nothing()
    {
        var before = (await Server.GetAsync("/workflows?limit=100")).Text;

        var valid = await Server.PostAsync("/workflows/validate", Definitions.Reverse);
        var invalid = await Server.PostAsync("/workflows/validate", """{"nme":"x","tasks":[{"ref":"a","type":"Text.Revers"}]}""");

        Assert.Equal((200, true), (valid.Status, valid.Json.GetProperty("valid").GetBoolean()));
        Assert.Equal((200, false), (invalid.Status, invalid.Json.GetProperty("valid").GetBoolean()));
        var pointers = invalid.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).ToArray();
        Assert.Superset(new HashSet<string?> { "#/nme", "#/name", "#/tasks/0/type" }, pointers.ToHashSet());
        Assert.Equal(before, (await Server.GetAsync("/workflows?limit=100")).Text);
    }

    [Fact]
    public async Task Walking_the_pages_of_executions_meets_each_once_newest_first()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var made = new List<string>();
        for (var i = 0; i < 7; i++) made.Add((await Server.RunAsync(workflow)).GetProperty("execution_id").GetString()!);

        var walked = await WalkAsync($"/workflows/{workflow}/executions?limit=3&status=COMPLETED", "executions", "execution_id");

        Assert.Equal(Enumerable.Reverse(made), walked);
    }

    [Fact]
    public async Task Walking_the_pages_of_workflows_with_a_label_meets_each_once()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++) made.Add(await Server.CreateAsync(Definitions.Nothing.Replace("\"tasks\"", "\"labels\":{\"walk\":\"yes\"},\"tasks\"", StringComparison.Ordinal)));

        var walked = await WalkAsync("/workflows?limit=2&label=walk=yes", "workflows", "workflow_id");

        Assert.Equal(Enumerable.Reverse(made), walked);
    }

    [Fact]
    public async Task A_cursor_is_refused_under_another_filter()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        for (var i = 0; i < 2; i++) await Server.RunAsync(workflow);
        var cursor = (await Server.GetAsync($"/workflows/{workflow}/executions?limit=1")).Json.GetProperty("next_cursor").GetString();

        var reply = await Server.GetAsync($"/workflows/{workflow}/executions?limit=1&status=FAILED&cursor={Uri.EscapeDataString(cursor!)}");

        Assert.Equal(400, reply.Status);
        Assert.Equal("invalid_cursor", reply.Json.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Executions_are_found_by_workflow_status_time_and_text()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var execution = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString();

        Assert.Equal(1, await CountAsync($"workflow_id={workflow}"));
        Assert.Equal(1, await CountAsync($"workflow_id={workflow}&status=COMPLETED,FAILED"));
        Assert.Equal(0, await CountAsync($"workflow_id={workflow}&status=FAILED"));
        Assert.Equal(0, await CountAsync($"workflow_id={workflow}&created_to=2020-01-01"));
        Assert.Equal(1, await CountAsync($"workflow_id={workflow}&created_from=2020-01-01T00:00:00Z"));
        Assert.Equal(1, await CountAsync($"text={execution}"));
        Assert.Equal(404, (await Server.GetAsync("/executions?workflow_id=wf-zzzzzzzzzzzz")).Status);
    }

    private async Task<int> CountAsync(string query) => (await Server.GetAsync($"/executions?{query}")).Json.GetProperty("executions").GetArrayLength();

    private async Task<List<string>> WalkAsync(string path, string list, string id)
    {
        var met = new List<string>();
        for (var (cursor, pages) = ((string?)"", 0); cursor is not null; pages++)
        {
            Assert.True(pages < 20, "The walk does not end.");
            var page = (await Server.GetAsync(cursor == "" ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}")).Json;
            met.AddRange(page.GetProperty(list).EnumerateArray().Select(row => row.GetProperty(id).GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        return met;
    }
}
