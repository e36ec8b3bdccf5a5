using System.Runtime.CompilerServices;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage.Sqlite;

namespace DataFlow.Tests.Storage;

/// <summary>Large values: once by content, wherever they are used.</summary>
public sealed class StoredValueTests : IDisposable
{
    private static readonly string s_page = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"<p>„Line“ {i}</p>"));

    private readonly SqliteStores _stores = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task A_text_that_is_output_and_input_of_several_tasks_costs_its_bytes_once()
    {
        // As a task put it out, and as another serializer wrote it again.
        var output = Sample.Json($"{{\"status\":200,\"html\":{JsonSerializer.Serialize(s_page)}}}");
        var input = Sample.Json($"{{\"html_content\":{JsonSerializer.Serialize(s_page, Engine.EngineJson.Options)}}}");
        Assert.NotEqual(output.GetProperty("html").GetRawText(), input.GetProperty("html_content").GetRawText());
        foreach (var id in new[] { "ex-1", "ex-2" })
        {
            var creation = Sample.New(id);
            await _stores.Executions.CreateAsync(creation, Token);
            var first = Sample.Append(creation.Execution, e => e, new TaskCompleted(Sample.Noon, "a", 1, output));
            await _stores.Executions.AppendAsync(first, Token);
            await _stores.Executions.AppendAsync(Sample.Append(first.Execution, e => e, new TaskStarted(Sample.Noon, "b", 1, input)), Token);
        }
        Assert.Equal(("1", "2"), (Read("SELECT count(*) FROM stored_value"), Read("SELECT count(*) FROM stored_value_use")));
        Assert.InRange(long.Parse(Read("SELECT sum(length(bytes)) FROM stored_value")!), 1, s_page.Length / 3);
        Assert.InRange(long.Parse(Read("SELECT max(length(events)) FROM journal")!), 1, 300);
        var events = (await _stores.Executions.ReadAsync("ex-2", 0, Token))!.Events;
        Assert.Equal(s_page, ((TaskCompleted)events[1]).Output.GetProperty("html").GetString());
        Assert.Equal(s_page, ((TaskStarted)events[2]).Input.GetProperty("html_content").GetString());
    }

    [Fact]
    public async Task A_list_is_recognised_inside_another_object()
    {
        var list = $"[{string.Join(",", Enumerable.Range(0, 2_000).Select(i => $"{{\"id\":{i}}}"))}]";
        var creation = Sample.New("ex-1", input: Sample.Json($"{{\"items\":{list}}}"));
        await _stores.Executions.CreateAsync(creation, Token);
        await _stores.Executions.AppendAsync(Sample.Append(creation.Execution, e => e, new TaskStarted(Sample.Noon, "b", 1, Sample.Json($"{{\"all\":{list},\"mode\":\"x\"}}"))), Token);
        Assert.Equal("1", Read("SELECT count(*) FROM stored_value"));
    }

    [Fact]
    public async Task Text_and_json_with_the_same_characters_are_different_values()
    {
        var list = $"[{string.Join(",", Enumerable.Range(0, 2_000))}]";
        await _stores.Executions.CreateAsync(Sample.New("ex-1", input: Sample.Json($"{{\"json\":{list},\"text\":\"{list}\"}}")), Token);
        var input = ((ExecutionQueued)(await _stores.Executions.ReadAsync("ex-1", 0, Token))!.Events[0]).Input;
        Assert.Equal((JsonValueKind.Array, JsonValueKind.String), (input.GetProperty("json").ValueKind, input.GetProperty("text").ValueKind));
        Assert.Equal("2", Read("SELECT count(*) FROM stored_value"));
    }

    [Fact]
    public async Task A_value_thought_to_be_stored_that_is_gone_is_stored_again()
    {
        var value = JsonSerializer.SerializeToElement(s_page);
        await _stores.Executions.CreateAsync(Sample.New("ex-1", input: value), Token);
        await _stores.Database.WriteAsync(session =>
        {
            session.Connection.Execute("DELETE FROM stored_value");
            return 0;
        });
        var second = Sample.New("ex-2", input: value);
        await _stores.Executions.CreateAsync(second, Token);
        Assert.Equal(s_page, ((ExecutionQueued)(await _stores.Executions.ReadAsync("ex-2", 0, Token))!.Events[0]).Input.GetString());
    }

    [Fact]
    public async Task An_append_that_was_refused_leaves_no_value()
    {
        var stale = Sample.Append(Sample.New("ex-none").Execution, e => e, new TaskCompleted(Sample.Noon, "a", 1, JsonSerializer.SerializeToElement(s_page)));
        await Assert.ThrowsAsync<Engine.Storage.FenceLostException>(() => _stores.Executions.AppendAsync(stale, Token).AsTask());
        Assert.Equal("0", Read("SELECT count(*) FROM stored_value"));
    }

    [Fact]
    public void Every_value_of_every_event_is_looked_at()
    {
        var types = typeof(ExecutionEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ExecutionEvent))).ToArray();
        Assert.NotEmpty(types);
        var withValues = 0;
        foreach (var type in types)
        {
            var journalEvent = (ExecutionEvent)RuntimeHelpers.GetUninitializedObject(type);
            var values = type.GetProperties().Where(property => property.PropertyType == typeof(JsonElement) || property.PropertyType == typeof(JsonElement?)).ToArray();
            foreach (var value in values)
                value.SetValue(journalEvent, Sample.Json("1"));
            var mapped = EventValues.Map(journalEvent, _ => Sample.Json("2"));
            Assert.All(values, value => Assert.Equal("2", ((JsonElement)value.GetValue(mapped)!).GetRawText()));
            withValues += values.Length;
        }
        Assert.True(withValues >= 6);
    }

    private string? Read(string sql) => _stores.Database.Read(connection => connection.Scalar(sql));
}
