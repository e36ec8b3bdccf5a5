using System.Diagnostics;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Docs;

public sealed class ClientSampleTests(ClientSamples samples) : IClassFixture<ClientSamples>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dotnet_sample_tells_every_event_once_though_the_server_starts_anew_meanwhile() => await FollowsAsync(await samples.DotNetAsync());

    [Fact]
    public async Task The_JavaScript_sample_tells_every_event_once_though_the_server_starts_anew_meanwhile() => await FollowsAsync(await samples.JavaScriptAsync());

    [Fact]
    public async Task The_dotnet_sample_says_why_it_was_refused() => await IsRefusedAsync(await samples.DotNetAsync());

    [Fact]
    public async Task The_JavaScript_sample_says_why_it_was_refused() => await IsRefusedAsync(await samples.JavaScriptAsync());

    private static async Task FollowsAsync(ProcessStartInfo start)
    {
        var folder = Directory.CreateTempSubdirectory("dataflow-test-").FullName;
        try
        {
            var (script, go) = (new TestScript(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            script.Behaviour = async (input, _, token) =>
            {
                await go.Task.WaitAsync(token);
                return new ScriptedTask.Output(input.Value);
            };
            var first = await StartAsync(folder, script);
            var workflow = await first.CreateAsync("""{"name":"Two","tasks":[{"ref":"a","type":"Test.Idempotent","input":{"value":1}},{"ref":"b","type":"Test.Idempotent","input":{"value":2}}]}""");
            var execution = (await first.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString()!;
            using var sample = Run(start, first.Address.AbsoluteUri, execution);
            var lines = new List<string>();
            while (lines is not [.., "3 task_started a"]) lines.Add(await sample.StandardOutput.ReadLineAsync(Token) ?? throw new EndOfStreamException(await sample.StandardError.ReadToEndAsync(Token)));
            await first.DisposeAsync();

            await using var second = await StartAsync(folder, script, $"urls={first.Address.AbsoluteUri}");
            go.SetResult();
            lines.AddRange((await sample.StandardOutput.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            await sample.WaitForExitAsync(Token);
            Assert.True(sample.ExitCode == 0, await sample.StandardError.ReadToEndAsync(Token));

            var journal = (await second.GetAsync($"/executions/{execution}/events", ("Accept", "application/json"))).Json.GetProperty("events").EnumerateArray().Select(item =>
                $"{item.GetProperty("sequence")} {item.GetProperty("type")}{(item.TryGetProperty("ref", out var name) ? $" {name}" : "")}");
            Assert.Equal(journal, lines.Where(line => char.IsAsciiDigit(line[0])));
            Assert.StartsWith($"{execution} is RUNNING", lines[0], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task IsRefusedAsync(ProcessStartInfo start)
    {
        await using var server = await AppServer.StartAsync();
        using var sample = Run(start, server.Address.AbsoluteUri, "ex-1a2b3c4d");
        var said = await sample.StandardError.ReadToEndAsync(Token);
        await sample.WaitForExitAsync(Token);

        Assert.Contains("not_found: There is no such execution.", said, StringComparison.Ordinal);
        Assert.Equal(1, sample.ExitCode);
    }

    private static Task<AppServer> StartAsync(string folder, TestScript script, params string[] settings) =>
        AppServer.StartAsync(folder, services => services.AddSingleton(TestCatalog.With(script)), ["DataFlow:StopSeconds=0", .. settings]);

    private static Process Run(ProcessStartInfo start, params string[] arguments)
    {
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
