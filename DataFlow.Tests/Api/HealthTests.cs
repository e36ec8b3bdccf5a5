using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

public sealed class HealthTests
{
    private static readonly StoreFigures s_fine = new(TakesWrites: true, 0, 1, 1, 1_000_000_000, 0);

    [Fact]
    public async Task A_server_that_can_take_work_says_what_it_looked_at()
    {
        await using var server = await AppServer.StartAsync();

        var reply = await server.GetAsync("/health/ready");

        Assert.Equal((200, "ok"), (reply.Status, reply.Json.GetProperty("status").GetString()));
        Assert.Equal(["store_read", "store_write", "disk_space", "recovery"], Checks(reply.Json).Select(check => check.Name));
        Assert.Equal("""{"status":"ok"}""", (await server.GetAsync("/health/live")).Text);
    }

    [Fact]
    public async Task A_store_that_takes_no_writes_is_named()
    {
        var reply = await ReadyAsync(new Store(s_fine, new StorageUnavailableException("disk full at /var/secret")));

        AssertNotReady(reply, "store_write", "cannot be written");
        Assert.DoesNotContain("/var/secret", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_whose_writes_hang_is_named()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await AppServer.StartAsync(services: services => services.AddSingleton<IStoreHealth>(new Store(s_fine, null)).AddSingleton<TimeProvider>(clock));
        var asked = server.GetAsync("/health/ready");
        while (!asked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(asked, Task.Run(static () => { }, TestContext.Current.CancellationToken));
        }

        // The clock may have run ahead of the read too, which did not hang.
        AssertNotReady(await asked, "store_write", "within 3 s", alone: false);
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_is_named() =>
        AssertNotReady(await ReadyAsync(new Store(s_fine with { FreeBytes = EngineHealth.LeastFreeBytes - 1 }, null, hangs: false)), "disk_space", "67 MB are left");

    [Fact]
    public async Task A_disk_that_does_not_say_is_no_reason() =>
        Assert.Equal(200, (await ReadyAsync(new Store(s_fine with { FreeBytes = null }, null, hangs: false))).Status);

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using var server = await AppServer.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var go = new ManualResetEventSlim();
        server.App.Lifetime.ApplicationStopping.Register(() =>
        {
            asked.SetResult();
            go.Wait();
        });
        var stopping = Task.Run(() => server.App.StopAsync(), TestContext.Current.CancellationToken);
        await asked.Task;

        AssertNotReady(await server.GetAsync("/health/ready"), "stop", "asked to stop");
        go.Set();
        await stopping;
    }

    private static async Task<ApiReply> ReadyAsync(IStoreHealth store)
    {
        await using var server = await AppServer.StartAsync(services: services => services.AddSingleton(store));
        return await server.GetAsync("/health/ready");
    }

    private static void AssertNotReady(ApiReply reply, string check, string words, bool alone = true)
    {
        Assert.Equal((503, "not_ready", "5"), (reply.Status, reply.Json.GetProperty("code").GetString(), reply.Header("Retry-After")));
        var failing = Assert.Single(Checks(reply.Json), one => one.Status == "failing" && (alone || one.Name == check));
        Assert.Equal(check, failing.Name);
        Assert.Contains(words, failing.Detail, StringComparison.Ordinal);
        Assert.Contains(words, reply.Json.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    private static (string? Name, string? Status, string Detail)[] Checks(JsonElement reply) =>
        [.. reply.GetProperty("checks").EnumerateArray().Select(check => (check.GetProperty("name").GetString(), check.GetProperty("status").GetString(), check.GetProperty("detail").GetString()!))];

    private sealed class Store(StoreFigures figures, Exception? failure, bool hangs = true) : IStoreHealth
    {
        public StoreFigures Read() => figures;

        public Task ProbeAsync() => failure is not null ? Task.FromException(failure) : hangs ? new TaskCompletionSource().Task : Task.CompletedTask;
    }
}
