using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Storage;

public sealed class InMemoryWorkflowStoreTests : WorkflowStoreTests
{
    private protected override Stores Open() => new InMemoryStores();
}

public sealed class SqliteWorkflowStoreTests : WorkflowStoreTests
{
    private protected override Stores Open() => new SqliteStores();
}

/// <summary>What every workflow store promises.</summary>
public abstract class WorkflowStoreTests : IDisposable
{
    private readonly Stores _stores;

    protected WorkflowStoreTests() => _stores = Open();

    private protected abstract Stores Open();

    private IWorkflowStore Store => _stores.Workflows;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Create_saves_version_1_with_the_document_as_it_was_sent()
    {
        const string Document = "{ \"name\" : \"A\", \"n\": 1.10, \"big\": 9007199254740993, \"$value\": \"ü\\u00fc\" }";
        var saved = await Store.CreateAsync("wf-1", Sample.Content("A", Document), Sample.Noon, Token);
        Assert.Equal(("wf-1", 1, "A", Sample.Noon.Rounded(), Document), (saved.WorkflowId, saved.Version, saved.Name, saved.CreatedAt, saved.Definition.GetRawText()));
        foreach (var version in new int?[] { null, 1 })
        {
            var read = (await Store.GetAsync("wf-1", version, Token))!;
            Assert.Equal(("wf-1", 1, "A", Sample.Noon.Rounded(), Document), (read.WorkflowId, read.Version, read.Name, read.CreatedAt, read.Definition.GetRawText()));
        }
        Assert.Null(await Store.GetAsync("wf-1", 2, Token));
        Assert.Null(await Store.GetAsync("wf-1", 0, Token));
        Assert.Null(await Store.GetAsync("wf-2", null, Token));
    }

    [Fact]
    public async Task Create_refuses_an_id_that_is_taken_even_by_a_deleted_workflow()
    {
        await Store.CreateAsync("wf-1", Sample.Content("A"), Sample.Noon, Token);
        Assert.Equal("wf-1", (await Assert.ThrowsAsync<DuplicateIdException>(() => Store.CreateAsync("wf-1", Sample.Content("B"), Sample.Noon, Token))).Id);
        await Store.DeleteAsync("wf-1", Sample.Noon, Token);
        await Assert.ThrowsAsync<DuplicateIdException>(() => Store.CreateAsync("wf-1", Sample.Content("B"), Sample.Noon, Token));
        Assert.Equal("A", (await Store.GetAsync("wf-1", 1, Token))!.Name);
    }

    [Fact]
    public async Task Update_saves_the_next_version_when_the_content_differs()
    {
        await Store.CreateAsync("wf-1", Sample.Content("A", "{\"a\":1,\"b\":[1,2]}"), Sample.Noon, Token);
        var same = Assert.IsType<UpdateOutcome.Updated>(await Store.UpdateAsync("wf-1", Sample.Content("A", "{ \"b\": [1, 2], \"a\": 1 }"), null, Sample.Noon, Token));
        Assert.Equal((1, false), (same.Version.Version, same.Changed));
        var changed = Assert.IsType<UpdateOutcome.Updated>(await Store.UpdateAsync("wf-1", Sample.Content("B", "{\"a\":1,\"b\":[2,1]}"), 1, Sample.Noon.AddHours(1), Token));
        Assert.Equal((2, true, "B"), (changed.Version.Version, changed.Changed, changed.Version.Name));
        Assert.Equal(("A", "B", "B"), ((await Store.GetAsync("wf-1", 1, Token))!.Name, (await Store.GetAsync("wf-1", 2, Token))!.Name, (await Store.GetAsync("wf-1", null, Token))!.Name));
        var summary = Assert.Single((await Store.ListAsync(new WorkflowQuery(), Token)).Items);
        Assert.Equal(("B", 2, Sample.Noon.Rounded(), Sample.Noon.AddHours(1).Rounded()), (summary.Name, summary.Version, summary.CreatedAt, summary.UpdatedAt));
    }

    [Fact]
    public async Task Update_with_another_version_expected_is_a_conflict_that_names_the_current_one()
    {
        await Store.CreateAsync("wf-1", Sample.Content("A"), Sample.Noon, Token);
        await Store.UpdateAsync("wf-1", Sample.Content("B"), null, Sample.Noon, Token);
        Assert.Equal(new UpdateOutcome.VersionConflict(2), await Store.UpdateAsync("wf-1", Sample.Content("C"), 1, Sample.Noon, Token));
        Assert.Equal(new UpdateOutcome.VersionConflict(2), await Store.UpdateAsync("wf-1", Sample.Content("B"), 3, Sample.Noon, Token));
        Assert.IsType<UpdateOutcome.NotFound>(await Store.UpdateAsync("wf-2", Sample.Content("C"), null, Sample.Noon, Token));
    }

    [Fact]
    public async Task One_of_many_updates_that_expect_the_same_version_wins()
    {
        await Store.CreateAsync("wf-1", Sample.Content("A"), Sample.Noon, Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Store.UpdateAsync("wf-1", Sample.Content($"B{i}"), 1, Sample.Noon, Token))));
        Assert.Single(outcomes, outcome => outcome is UpdateOutcome.Updated);
        Assert.Equal(19, outcomes.Count(outcome => outcome is UpdateOutcome.VersionConflict));
    }

    [Fact]
    public async Task Deleted_workflows_are_hidden_but_their_versions_are_found_by_number()
    {
        await Store.CreateAsync("wf-1", Sample.Content("A"), Sample.Noon, Token);
        Assert.True(await Store.DeleteAsync("wf-1", Sample.Noon, Token));
        Assert.False(await Store.DeleteAsync("wf-1", Sample.Noon, Token));
        Assert.False(await Store.DeleteAsync("wf-2", Sample.Noon, Token));
        Assert.Null(await Store.GetAsync("wf-1", null, Token));
        Assert.Equal("A", (await Store.GetAsync("wf-1", 1, Token))!.Name);
        Assert.Empty((await Store.ListAsync(new WorkflowQuery(), Token)).Items);
        Assert.Empty((await Store.ListVersionsAsync("wf-1", 10, null, Token)).Items);
        Assert.IsType<UpdateOutcome.NotFound>(await Store.UpdateAsync("wf-1", Sample.Content("B"), null, Sample.Noon, Token));
    }

    [Fact]
    public async Task Lists_are_newest_first_filtered_and_paged()
    {
        for (var i = 0; i < 7; i++)
            await Store.CreateAsync($"wf-{i}", Sample.Content($"Ärger {i}", description: i == 3 ? "Drei" : null, labels: i % 2 == 0 ? [("team", $"{i}")] : []), Sample.Noon, Token);
        Assert.Equal(["wf-6", "wf-5", "wf-4", "wf-3", "wf-2", "wf-1", "wf-0"], await All(new WorkflowQuery(3)));
        Assert.Equal(["wf-3"], await All(new WorkflowQuery(3, Text: "dREI")));
        Assert.Equal(["wf-4"], await All(new WorkflowQuery(3, Text: "ärger 4")));
        Assert.Equal(["wf-5"], await All(new WorkflowQuery(3, Text: "F-5")));
        Assert.Equal(["wf-6", "wf-4", "wf-2", "wf-0"], await All(new WorkflowQuery(3, Label: "team")));
        Assert.Equal(["wf-4"], await All(new WorkflowQuery(3, Label: "team=4")));
        Assert.Empty(await All(new WorkflowQuery(3, Label: "team=5")));
        var three = Assert.Single((await Store.ListAsync(new WorkflowQuery(Text: "drei"), Token)).Items);
        Assert.Equal(("wf-3", "Drei", 1, 1), (three.Id, three.Description, three.Version, three.TaskCount));
        Assert.Equal("4", (await Store.ListAsync(new WorkflowQuery(Label: "team=4"), Token)).Items[0].Labels["team"]);
    }

    [Fact]
    public async Task Versions_are_newest_first_and_paged()
    {
        await Store.CreateAsync("wf-1", Sample.Content("v1"), Sample.Noon, Token);
        await Store.CreateAsync("wf-2", Sample.Content("other"), Sample.Noon, Token);
        for (var i = 2; i <= 5; i++)
            await Store.UpdateAsync("wf-1", Sample.Content($"v{i}"), null, Sample.Noon, Token);
        var first = await Store.ListVersionsAsync("wf-1", 3, null, Token);
        var second = await Store.ListVersionsAsync("wf-1", 3, first.NextCursor, Token);
        Assert.Equal([5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(version => version.Version));
        Assert.Null(second.NextCursor);
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.ListVersionsAsync("wf-2", 3, first.NextCursor, Token));
        Assert.Empty((await Store.ListVersionsAsync("wf-none", 3, null, Token)).Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Cursors_that_the_list_did_not_give_out_are_refused(string cursor)
    {
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.ListAsync(new WorkflowQuery(Cursor: cursor), Token));
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.ListVersionsAsync("wf-1", 3, cursor, Token));
    }

    private async Task<List<string>> All(WorkflowQuery query)
    {
        var ids = new List<string>();
        do
        {
            var page = await Store.ListAsync(query, Token);
            Assert.True(page.Items.Length <= query.Limit);
            ids.AddRange(page.Items.Select(workflow => workflow.Id));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return ids;
    }
}
