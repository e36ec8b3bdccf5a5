using DataFlow.Tests.Support;

namespace DataFlow.Tests.Hosting;

/// <summary>What a local start refuses is in the corpus of bad inputs; this is what a wider one takes.</summary>
public sealed class RequestGuardsTests
{
    [Fact]
    public async Task A_server_that_was_opened_on_purpose_takes_any_host_and_proxies_but_no_foreign_origin()
    {
        await using var server = await AppServer.StartAsync(settings: ["urls=http://0.0.0.0:0", "DataFlow:AllowInsecure=true"]);

        Assert.Equal(200, (await server.GetAsync("/workflows", ("Host", "flows.example.com"), ("X-Forwarded-For", "10.0.0.1"))).Status);
        Assert.Equal(403, (await server.PostAsync("/workflows", Definitions.Nothing, ("Host", "flows.example.com"), ("Origin", "https://evil.com"))).Status);
        Assert.Equal(201, (await server.PostAsync("/workflows", Definitions.Nothing, ("Host", "flows.example.com"), ("Origin", "https://flows.example.com"))).Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("[::1]:5000")]
    public async Task A_local_server_answers_to_every_name_of_this_machine(string host)
    {
        await using var server = await AppServer.StartAsync();

        Assert.Equal(200, (await server.GetAsync("/workflows", ("Host", host))).Status);
    }
}
