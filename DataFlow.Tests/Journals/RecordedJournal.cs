using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage.Sqlite;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Journals;

/// <summary>
/// A journal as an engine of some day wrote it: <c>{execution_id, definition, input, events, document}</c>. Events stand in the dialect of the store. Such a
/// file is never written anew: journals of that day lie in people's databases.
/// </summary>
internal sealed record RecordedJournal(string ExecutionId, JsonElement Definition, JsonElement Input, ImmutableArray<ExecutionEvent> Events, string Document)
{
    private static readonly JsonWriterOptions s_readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder { get; } = RepositoryFiles.Of("DataFlow.Tests", "Journals");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static string FileOf(string name) => Path.Combine(Folder, name + ".json");

    public static RecordedJournal Read(string name)
    {
        var root = JsonElement.Parse(File.ReadAllBytes(FileOf(name)));
        return new(
            root.GetProperty("execution_id").GetString()!, root.GetProperty("definition"), root.GetProperty("input"),
            JournalJson.Read(Encoding.UTF8.GetBytes(root.GetProperty("events").GetRawText())), Indented(root.GetProperty("document").WriteTo));
    }

    /// <summary>The document that the journal folds to with the code of today.</summary>
    public string Fold() => DocumentOf(Fold(Events.Length));

    /// <summary>The fold of its first events.</summary>
    public Execution Fold(int count)
    {
        var compilation = new WorkflowCompiler(TestCatalog.Instance).Compile(Encoding.UTF8.GetBytes(Definition.GetRawText()));
        Assert.True(compilation.Workflow is not null, string.Join("; ", compilation.Problems));
        return ExecutionOutline.Of(compilation.Workflow).Fold(ExecutionId, Events.AsSpan()[..count]);
    }

    public static string DocumentOf(Execution execution) => Indented(writer => ExecutionDocument.Write(writer, execution, DocumentParts.Inputs | DocumentParts.Outputs));

    public void Save(string name) => File.WriteAllText(FileOf(name), Indented(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("execution_id", ExecutionId);
        Write(writer, "definition", Definition);
        Write(writer, "input", Input);
        Write(writer, "events", JsonElement.Parse(JournalJson.Write(Events)));
        Write(writer, "document", JsonElement.Parse(Document));
        writer.WriteEndObject();
    }) + "\n");

    private static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }

    private static string Indented(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_readable)) write(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
