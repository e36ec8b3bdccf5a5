using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

/// <summary>Rows of <c>BadInput/Runs</c>: what is accepted, and harms nothing when it runs.</summary>
public sealed class BadRunTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    public static IEnumerable<TheoryDataRow<string, string>> Rows() => BadInputRows.Of("Runs");

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Ends_as_it_must_and_the_server_lives(string name, string json)
    {
        // Elements, not nodes: some rows are about digits.
        var row = JsonElement.Parse(json);
        var workflow = await fixture.Server.CreateAsync($$$"""
            {"name":"Bad run","input":[{"name":"x","type":"any","required":false}],"tasks":[{"ref":"a","type":"Echo","input":{ "value":{{{row.GetProperty("value").GetRawText()}}} } }],
             "output":[{"name":"y","type":"any","value":"{{refs.a.output.value}}"}]}
            """);
        var document = await fixture.Server.RunAsync(workflow, $$"""{ "input":{{row.GetProperty("input").GetRawText()}} }""");

        Assert.True(row.GetProperty("status").GetString() == document.GetProperty("status").GetString(), $"{name}: {document}");
        if (row.TryGetProperty("code", out var code)) Assert.Equal(code.GetString(), document.GetProperty("error").GetProperty("code").GetString());
        if (row.TryGetProperty("output", out var output)) Assert.Equal(output.GetString(), document.GetProperty("output").GetProperty("y").GetRawText());
        Assert.Equal(200, (await fixture.Server.GetAsync("/health/live")).Status);
        Assert.Empty(fixture.Server.Logs.Errors);
    }
}

/// <summary>The rows of a folder of the corpus.</summary>
internal static class BadInputRows
{
    public static string Root { get; } = RepositoryFiles.Of("DataFlow.Tests", "Api", "BadInput");

    public static IEnumerable<TheoryDataRow<string, string>> Of(string folder) =>
        from file in Directory.GetFiles(Path.Combine(Root, folder), "*.json").Order(StringComparer.Ordinal)
        from row in Read(file)
        select new TheoryDataRow<string, string>($"{row.GetProperty("row")}: {Name(row)}", row.GetRawText());

    public static IEnumerable<TheoryDataRow<string, string>> In(string file) => Read(Path.Combine(Root, file)).Select(row => new TheoryDataRow<string, string>($"{row.GetProperty("row")}: {Name(row)}", row.GetRawText()));

    public static IEnumerable<JsonElement> Read(string file) => JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray();

    private static string Name(JsonElement row) => (row.TryGetProperty("name", out var name) || row.TryGetProperty("url", out name) ? name.GetString() : null) ?? "";
}
