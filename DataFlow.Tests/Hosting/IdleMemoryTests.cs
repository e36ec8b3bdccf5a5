using DataFlow.Web.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Hosting;

public sealed class IdleMemoryTests : IAsyncLifetime
{
    private const long Megabyte = 1_000_000;

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeMemory _memory = new();
    private readonly IdleMemory _idle;

    public IdleMemoryTests() => _idle = new IdleMemory(_memory, _clock);

    public async ValueTask InitializeAsync() => await _idle.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _idle.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_server_that_rests_gives_memory_back_once()
    {
        Pass(allocated: 1 * Megabyte);
        Pass(allocated: 1 * Megabyte);
        Assert.Equal(1, _memory.Given);
    }

    [Fact]
    public void A_busy_server_is_left_alone_until_it_rests()
    {
        for (var i = 0; i < 5; i++) Pass(allocated: 100 * Megabyte);
        Assert.Equal(0, _memory.Given);
        Pass(allocated: 1 * Megabyte);
        Assert.Equal(1, _memory.Given);
    }

    [Theory]
    [InlineData(105, 1)]
    [InlineData(150, 2)]
    public void It_is_done_again_only_when_much_has_been_taken_since(long committed, int given)
    {
        Pass(allocated: 0);
        _memory.Committed = committed * Megabyte;
        Pass(allocated: 0);
        Assert.Equal(given, _memory.Given);
    }

    private void Pass(long allocated)
    {
        _memory.Allocated += allocated;
        _clock.Advance(IdleMemory.Period);
    }

    private sealed class FakeMemory : IProcessMemory
    {
        public long Allocated { get; set; }

        public long Committed { get; set; } = 200 * Megabyte;

        public int Given { get; private set; }

        public void GiveBack()
        {
            Given++;
            Committed = 100 * Megabyte;
        }
    }
}
