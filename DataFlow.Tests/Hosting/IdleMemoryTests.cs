using DataFlow.Web.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Hosting;

public sealed class IdleMemoryTests : IAsyncLifetime
{
    private const long Megabyte = 1_000_000;

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeMemory _memory = new();
    private readonly IdleMemory _idle;

    public IdleMemoryTests() => _idle = new IdleMemory(_memory, _clock, NullLogger<IdleMemory>.Instance);

    public async ValueTask InitializeAsync() => await _idle.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _idle.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_server_that_rests_gives_memory_back_three_times_and_then_no_more()
    {
        var given = Enumerable.Range(1, 100).Where(_ => Pass(allocated: 0)).ToArray();
        Assert.Equal([1, 5, 15], given);
    }

    [Fact]
    public void A_busy_server_is_left_alone_until_it_rests()
    {
        Assert.DoesNotContain(true, Enumerable.Range(0, 50).Select(_ => Pass(allocated: 100 * Megabyte)));
        Assert.True(Pass(allocated: 1 * Megabyte));
    }

    [Fact]
    public void Little_by_little_is_work_too()
    {
        for (var i = 0; i < 20; i++) Pass(allocated: 0);
        var given = Enumerable.Range(1, 10).Where(_ => Pass(allocated: 4 * Megabyte)).ToArray();
        Assert.NotEmpty(given);
    }

    [Fact]
    public async Task After_the_stop_it_looks_no_more()
    {
        await _idle.StopAsync(CancellationToken.None);
        Assert.False(Pass(allocated: 0));
    }

    /// <summary>Whether memory was given back at the next look.</summary>
    private bool Pass(long allocated)
    {
        var before = _memory.Given;
        _memory.Allocated += allocated;
        _clock.Advance(IdleMemory.Period);
        return _memory.Given > before;
    }

    private sealed class FakeMemory : IProcessMemory
    {
        public long Allocated { get; set; }

        public long Committed => 0;

        public int Given { get; private set; }

        public void GiveBack() => Given++;
    }
}
