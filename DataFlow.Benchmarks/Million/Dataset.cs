using System.Globalization;
using System.Text;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;

namespace DataFlow.Benchmarks.Million;

/// <summary>
/// A database full of executions. A few of each kind are really run; then their rows are copied under new keys, ids and times, as the writer would have
/// written them. Every 20th copy has a page of its own, 12 KB of text that compresses to a third.
/// </summary>
internal static class Dataset
{
    public const int Workflows = 20;

    /// <summary>Executions are spread evenly over so many days up to now.</summary>
    public const int Days = 25;

    private const int Batch = 20_000;

    public static string NameOf(int workflow) => $"Process {(workflow % 3) switch { 0 => "orders", 1 => "invoices", _ => "pages" }} {workflow}";

    public static async Task BuildAsync(string folder, int count)
    {
        await RunTemplatesAsync(folder);
        using var connection = Connection.Open(Path.Combine(folder, SqliteDatabase.FileName), create: false);
        Pragmas.ApplyToWriter(connection, Durability.Relaxed);
        connection.Execute("PRAGMA cache_size = -400000");
        var templates = Templates(connection);
        var keys = Rows(connection, "SELECT max(key) FROM execution", row => row.Long(0))[0];
        var now = StoredTime.ToMicroseconds(TimeProvider.System.GetUtcNow()) - 60_000_000;
        var step = Days * 86_400_000_000L / Math.Max(1, count);
        var random = new Random(20_261_123);
        for (var start = 0; start < count; start += Batch)
        {
            connection.Execute("BEGIN IMMEDIATE");
            for (var i = start; i < Math.Min(count, start + Batch); i++) Copy(connection, templates, random, keys + 1 + i, now - (count - i) * step, i);
            connection.Execute("COMMIT");
        }
        // The templates themselves would be the newest rows with the oldest keys.
        connection.ExecuteScript($"""
            DELETE FROM journal WHERE execution_key <= {keys}; DELETE FROM stored_value_use WHERE execution_key <= {keys}; DELETE FROM execution_label WHERE execution_key <= {keys};
            DELETE FROM execution WHERE key <= {keys}; DELETE FROM created_minute; DELETE FROM ended_slot; DELETE FROM ended_workflow; DELETE FROM workflow_label;
            DROP TABLE failure_text_1;
            INSERT INTO created_minute SELECT created_at / 60000000, min(key), max(key) FROM execution GROUP BY 1;
            CREATE TABLE ended_minute (minute, workflow_id, completed, failed, cancelled);
            INSERT INTO ended_minute SELECT completed_at / 60000000, workflow_id, sum(status = 2), sum(status = 3), sum(status = 4) FROM execution GROUP BY 1, 2;
            """);
        ListIndexBackfill.Run(connection);
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static async Task RunTemplatesAsync(string folder)
    {
        await using var host = await EngineHost.StartAsync(folder);
        for (var i = 0; i < Workflows; i++)
        {
            var labels = i % 4 == 0 ? $$""", "labels": { "team": "{{(i % 8 == 0 ? "red" : "blue")}}", "rare": "{{i}}" }""" : "";
            var json = $$$$"""
                {
                  "name": "{{{{NameOf(i)}}}}"{{{{labels}}}},
                  "input": [{ "name": "text", "type": "string" }],
                  "tasks": [
                    { "ref": "reverse", "type": "Text.Reverse", "input": { "text": "{{input.text}}" } },
                    { "ref": "parse", "type": "Json.Parse", "input": { "text": "{{input.text}}" } },
                    { "ref": "cut", "type": "Text.Truncate", "input": { "text": "{{refs.reverse.output.text}}", "length": 20 } }
                  ],
                  "output": [{ "name": "text", "type": "string", "value": "{{refs.cut.output.text}}" }]
                }
                """;
            var saved = await host.Engine.CreateWorkflowAsync(Encoding.UTF8.GetBytes(json), CancellationToken.None);
            if (!saved.IsOk) throw new InvalidOperationException(saved.Refusal.Problems[0].Detail);
            foreach (var text in (string[])["{\"order\":12345,\"items\":[1,2,3]}", $"[{new string('1', 400)}]", "not json at all"])
            {
                var request = new ExecuteRequest { WorkflowId = saved.Value.WorkflowId, Input = JsonSerializer.SerializeToElement(new { text }) };
                await host.Engine.ExecuteAndWaitAsync(request, TimeSpan.FromSeconds(30), CancellationToken.None);
            }
        }
    }

    private static List<Template> Templates(Connection connection) => Rows(
        connection, "SELECT key, workflow_id, workflow_version, status, completed_at - created_at, sequence, failure_code, failed_ref, failure_message, labels FROM execution ORDER BY key",
        row => new Template(
            row.Text(1), row.Int(2), row.Int(3), Math.Max(1_000, row.Long(4)), row.Int(5), row.OptionalText(6), row.OptionalText(7), row.OptionalText(8), row.OptionalText(9),
            Rows(connection, $"SELECT first_sequence, events FROM journal WHERE execution_key = {row.Long(0)} ORDER BY key", journal => (journal.Int(0), journal.Bytes(1).ToArray())),
            Rows(connection, $"SELECT label_key FROM execution_label WHERE execution_key = {row.Long(0)}", label => label.Long(0))));

    private static void Copy(Connection connection, List<Template> templates, Random random, long key, long at, int i)
    {
        // Of each workflow two that went well and one that failed; 3 of 100 fail, 1 of 100 is cancelled.
        var kind = i % 100;
        var workflow = random.Next(Workflows);
        var template = templates[workflow * 3 + (kind < 3 ? 2 : i % 2)];
        Span<char> id = stackalloc char[15];
        "ex-".CopyTo(id);
        random.GetItems<char>("0123456789abcdefghijklmnopqrstuvwxyz", id[3..]);
        var message = template.Message is { } text ? $"{text} (order {i})" : null;
        connection[s_execution].Add(key).Add(id.ToString()).Add(template.WorkflowId).Add(template.Version).Add(kind == 50 ? 4 : template.Status).Add(at).Add(at + 200).Add(at + template.Duration)
            .Add(template.Sequence).Add(template.Code).Add(template.Ref).Add(message).Add("api").Add(template.Labels).Run();
        foreach (var (sequence, events) in template.Journal) connection[s_journal].Add(key).Add(sequence).Add(events).Run();
        foreach (var label in template.LabelKeys) connection[s_label].Add(label).Add(key).Run();
        if (i % 20 != 0) return;
        var page = new byte[4_000];
        random.NextBytes(page);
        connection[s_value].Add(Encoding.UTF8.GetBytes(key.ToString("D32", CultureInfo.InvariantCulture))).Add(page).Run();
        connection[s_use].Add(key).Add(connection.LastInsertedKey).Run();
    }

    private static List<T> Rows<T>(Connection connection, string sql, Func<Statement, T> read)
    {
        var found = new List<T>();
        using var rows = connection.Prepare(sql);
        while (rows.Step()) found.Add(read(rows));
        return found;
    }

    private static readonly Sql s_execution = new("""
        INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, started_at, completed_at, sequence, failure_code, failed_ref, failure_message, "trigger", labels)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Sql s_journal = new("INSERT INTO journal (execution_key, first_sequence, events) VALUES (?, ?, ?)");
    private static readonly Sql s_label = new("INSERT INTO execution_label (label_key, execution_key) VALUES (?, ?)");
    private static readonly Sql s_value = new("INSERT INTO stored_value (hash, encoding, bytes) VALUES (?, 1, ?)");
    private static readonly Sql s_use = new("INSERT INTO stored_value_use (execution_key, value_key) VALUES (?, ?)");

    private sealed record Template(
        string WorkflowId, int Version, int Status, long Duration, int Sequence, string? Code, string? Ref, string? Message, string? Labels,
        List<(int Sequence, byte[] Events)> Journal, List<long> LabelKeys);
}
