using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

/// <summary>Rows of <c>BadInput/Wire</c>: bodies that do not come, on a bare socket. The server's own clock ends them after some seconds.</summary>
public sealed class SlowBodyTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    public static IEnumerable<TheoryDataRow<string, string>> Rows() => BadInputRows.Of("Wire");

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Rows))]
    public async Task Is_ended_by_the_server(string name, string json)
    {
        var token = TestContext.Current.CancellationToken;
        var row = JsonElement.Parse(json);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", fixture.Server.Address.Port, token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(row.GetProperty("head").GetString()! + row.GetProperty("then").GetString()), token);

        using var reply = new MemoryStream();
        await stream.CopyToAsync(reply, token);

        Assert.True(Encoding.UTF8.GetString(reply.ToArray()) is "" or ['H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4', '0', '8', ..], $"{name}: {Encoding.UTF8.GetString(reply.ToArray())}");
        Assert.Equal(200, (await fixture.Server.GetAsync("/health/live")).Status);
        Assert.Empty(fixture.Server.Logs.Errors);
    }
}
