using System.Text.Json;
using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

/// <summary>Rows of <c>BadInput/Strict</c>: where a server that is not for development sends nothing.</summary>
public sealed class StrictEgressTests(StrictServer fixture) : IClassFixture<StrictServer>
{
    private const string Download =
        """
        {"name":"Download","input":[{"name":"url","type":"string"}],"tasks":[{"ref":"make","type":"Text.Static","input":{"text":"{{input.url}}"}},
         {"ref":"load","type":"Web.Download","input":{"url":"{{refs.make.output.text}}"}}]}
        """;

    private AppServer Server => fixture.Server;

    public static IEnumerable<TheoryDataRow<string, string>> Urls() => BadInputRows.In("Strict/urls.json");

    public static IEnumerable<TheoryDataRow<string, string>> Names() => BadInputRows.In("Strict/names.json");

    public static IEnumerable<TheoryDataRow<string, string>> International() => BadInputRows.In("Strict/international.json");

    [Theory]
    [MemberData(nameof(Urls))]
    public async Task A_webhook_address_is_refused_with_its_place(string name, string json)
    {
        var row = JsonElement.Parse(json);
        var body = JsonSerializer.Serialize(new { webhook_url = row.GetProperty("url").GetString() });
        var reply = await Server.PostAsync($"/workflows/{await Server.CreateAsync(Definitions.Nothing)}/execute", body);

        Assert.True(reply.Status == 400, $"{name}: {reply}");
        var error = Assert.Single(reply.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal("#/webhook_url", error.GetProperty("pointer").GetString());
        Assert.Equal(row.GetProperty("code").GetString(), error.GetProperty("code").GetString());
    }

    /// <summary>What is no http or https URL at all does not even get past the task's input, which says so.</summary>
    [Theory]
    [MemberData(nameof(Urls))]
    public async Task A_download_of_it_fails_when_it_runs(string name, string json)
    {
        var row = JsonElement.Parse(json);
        var body = JsonSerializer.Serialize(new { input = new { url = row.GetProperty("url").GetString() } });
        var document = await Server.RunAsync(await Server.CreateAsync(Download), body);

        Assert.True(document.GetProperty("status").GetString() == "FAILED", $"{name}: {document}");
        var code = row.GetProperty(row.TryGetProperty("run_code", out _) ? "run_code" : "code").GetString();
        Assert.Equal(code, document.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(Server.Logs.Entries, entry => entry.Exception is not null);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_that_leads_inside_is_found_out_when_connecting_and_no_byte_is_sent(string name, string json)
    {
        var row = JsonElement.Parse(json);
        await using var site = await TestSite.StartAsync();
        var url = $"http://{row.GetProperty("host").GetString()}:{site.Port}/";
        fixture.Resolver.With(row.GetProperty("host").GetString()!, [.. row.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()!)]);

        var accepted = await Server.PostAsync($"/workflows/{await Server.CreateAsync(Definitions.Nothing)}/execute", JsonSerializer.Serialize(new { webhook_url = url }), ("Prefer", "wait=30"));
        Assert.True(accepted.Status == 200, $"{name}: {accepted}");
        var delivery = await GivenUpAsync(accepted.Json.GetProperty("execution_id").GetString()!);
        var download = await Server.RunAsync(await Server.CreateAsync(Download), JsonSerializer.Serialize(new { input = new { url } }));

        Assert.Equal("egress_denied", delivery.GetProperty("attempts")[0].GetProperty("error").GetString());
        Assert.Equal("egress_denied", download.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("COMPLETED", accepted.Json.GetProperty("status").GetString());
        Assert.Empty(site.Requests);
    }

    [Theory]
    [MemberData(nameof(International))]
    public async Task An_international_name_is_resolved_by_its_letters_and_not_by_their_looks(string name, string json)
    {
        var row = JsonElement.Parse(json);
        var accepted = await Server.PostAsync($"/workflows/{await Server.CreateAsync(Definitions.Nothing)}/execute", JsonSerializer.Serialize(new { webhook_url = row.GetProperty("url").GetString() }), ("Prefer", "wait=30"));
        Assert.True(accepted.Status == 200, $"{name}: {accepted}");
        var delivery = await GivenUpAsync(accepted.Json.GetProperty("execution_id").GetString()!);

        Assert.Equal("dns_failed", delivery.GetProperty("attempts")[0].GetProperty("error").GetString());
        lock (fixture.Resolver.Asked) Assert.Contains(row.GetProperty("asked").GetString(), fixture.Resolver.Asked);
    }

    private async Task<JsonElement> GivenUpAsync(string execution)
    {
        while (true)
        {
            var deliveries = (await Server.GetAsync($"/executions/{execution}/webhooks")).Json.GetProperty("deliveries");
            if (deliveries.GetArrayLength() > 0 && deliveries.EnumerateArray().All(delivery => delivery.GetProperty("status").GetString() == "FAILED")) return deliveries[0];
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>A server as it is when it is not for development, whose names are the test's.</summary>
public sealed class StrictServer : IAsyncLifetime
{
    internal AppServer Server { get; private set; } = null!;

    internal FakeResolver Resolver { get; } = new();

    public async ValueTask InitializeAsync() =>
        Server = await AppServer.StartAsync(null, services => services.AddSingleton<IHostResolver>(Resolver), "environment=Production", "DataFlow:Webhooks:MaxAttempts=1");

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
