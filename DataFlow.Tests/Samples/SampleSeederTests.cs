using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Samples;

public sealed class SampleSeederTests
{
    [Fact]
    public async Task The_first_start_has_a_workflow_that_runs_without_a_key()
    {
        await using var server = await AppServer.StartAsync(settings: "DataFlow:Samples=true");

        var workflows = (await server.GetAsync("/workflows")).Json.GetProperty("workflows").EnumerateArray().ToArray();
        var start = workflows[0];
        var document = await server.RunAsync(start.GetProperty("workflow_id").GetString()!);

        Assert.Equal(["Summarize a web page (no key needed)", "Webpage Content Summarization Workflow using GPT AI model"], workflows.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal("start", start.GetProperty("labels").GetProperty("sample").GetString());
        Assert.True(document.GetProperty("status").GetString() == "COMPLETED", document.ToString());
        var summary = document.GetProperty("output").GetProperty("summary_text").GetString()!;
        Assert.Contains("lens", summary, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Subscribe", summary, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Category.Contains("SampleSeeder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Samples_that_were_deleted_do_not_come_back()
    {
        var folder = Directory.CreateTempSubdirectory("dataflow-test-").FullName;
        try
        {
            await using (var first = await AppServer.StartAsync(folder, settings: "DataFlow:Samples=true"))
            {
                foreach (var id in Ids((await first.GetAsync("/workflows")).Json).ToArray()) Assert.Equal(204, (await first.SendAsync(HttpMethod.Delete, $"/workflows/{id}")).Status);
            }
            await using var second = await AppServer.StartAsync(folder, settings: "DataFlow:Samples=true");

            Assert.Empty(Ids((await second.GetAsync("/workflows")).Json));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Ids(JsonElement list) => list.GetProperty("workflows").EnumerateArray().Select(row => row.GetProperty("workflow_id").GetString()!);
}
