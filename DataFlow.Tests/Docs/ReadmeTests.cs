using System.Collections;
using System.Globalization;
using System.Reflection;
using DataFlow.Engine;
using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes.OpenAI;
using DataFlow.Engine.Webhooks;
using DataFlow.Tests.Support;
using DataFlow.Web.Hosting;

namespace DataFlow.Tests.Docs;

public sealed class ReadmeTests
{
    private const string ShownAddress = "http://127.0.0.1:5000";
    private const string ShownReceiver = "https://example.com/webhook";

    private static readonly string s_page = File.ReadAllText(RepositoryFiles.Of("README.md"));

    [Fact(Timeout = 120_000)]
    public async Task The_walk_through_with_curl_does_what_it_shows()
    {
        Tool.Require("bash");
        Tool.Require("curl");
        var token = TestContext.Current.CancellationToken;
        await using var site = await TestSite.StartAsync();
        site.Map("/webhook", http => { http.Response.StatusCode = 204; return Task.CompletedTask; });
        await using var server = await AppServer.StartAsync(settings: "DataFlow:Samples=true");
        await using var shell = new BashSession(server.DataFolder);
        var blocks = MarkdownBlocks.Of(s_page);
        var shown = 0;

        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Language != "bash") continue;
            if (blocks[i].Text.EndsWith("/webhooks\"", StringComparison.Ordinal)) await DeliveredAsync(server, await shell.RunAsync("printf %s $execution", token), token);
            var output = await shell.RunAsync(Here(blocks[i].Text), token);
            var reply = blocks[i + 1];
            if (reply.Language == "json") ShownReply.AssertJson(Here(reply.Text), output);
            else if (reply.Language == "text") ShownReply.AssertText(Here(reply.Text), output);
            else Assert.Fail($"What does this answer?\n{blocks[i].Text}");
            shown++;
        }

        Assert.True(shown >= 8);
        Assert.Equal(2, site.Requests.Count);
        Assert.All(site.Requests, request => Assert.StartsWith("v1,", request.Headers["webhook-signature"], StringComparison.Ordinal));

        string Here(string text) => text.Replace(ShownAddress, server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal).Replace(ShownReceiver, site.At("/webhook"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_settings_are_those_of_the_program_with_their_defaults()
    {
        var listed = MarkdownBlocks.Rows(s_page, "Key").ToDictionary(row => row[0].Trim('`'), row => row[1].Trim('`'));
        var real = Settings(EngineOptions.Section, new EngineOptions())
            .Concat(Settings(EngineOptions.Section, new HostingOptions()))
            .Concat(Settings(TaskLogOptions.Section, new TaskLogOptions()))
            .Concat(Settings(DataFlow.Web.Live.LiveOptions.Section, new DataFlow.Web.Live.LiveOptions()))
            .Concat(Settings(EgressOptions.Section, new EgressOptions()))
            .Concat(Settings(WebhookOptions.Section, new WebhookOptions()))
            .Concat(Settings(OpenAIOptions.Section, new OpenAIOptions()))
            .Append(new("ASPNETCORE_URLS", ShownAddress))
            .ToDictionary();

        Assert.Equal(real.OrderBy(setting => setting.Key, StringComparer.Ordinal), listed.OrderBy(setting => setting.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void The_two_commands_and_the_sample_are_the_real_ones()
    {
        Assert.Contains("dotnet run --project DataFlow.Web", s_page, StringComparison.Ordinal);
        Assert.True(File.Exists(RepositoryFiles.Of("DataFlow.Web", "DataFlow.Web.csproj")));
        Assert.True(File.Exists(RepositoryFiles.Of("test.sh")));
        Assert.Contains("Run the sample", File.ReadAllText(RepositoryFiles.Of("DataFlow.Web", "Components", "Pages", "SampleRun.razor")), StringComparison.Ordinal);
    }

    private static async Task DeliveredAsync(AppServer server, string execution, CancellationToken token)
    {
        while (true)
        {
            var deliveries = (await server.GetAsync($"/executions/{execution}/webhooks")).Json.GetProperty("deliveries");
            if (deliveries.EnumerateArray().Count(delivery => delivery.GetProperty("status").GetString() == "DELIVERED") == 2) return;
            token.ThrowIfCancellationRequested();
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(string section, object defaults) =>
        from property in defaults.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        select KeyValuePair.Create($"{section}:{property.Name}", Text(property.GetValue(defaults)));

    private static string Text(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable { } list => string.Join(", ", list.Cast<object>()) is { Length: > 0 } all ? all : "none",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
