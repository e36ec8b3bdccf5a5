using System.Collections.Immutable;
using System.Threading.Channels;
using DataFlow.Engine;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Runtime;

public sealed class TaskLogWriterTests : IAsyncDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(s_start);
    private readonly FakeStore _store = new();
    private readonly CapturedLogs _logs = new();
    private readonly LoggerFactory _loggers;
    private readonly TaskLogWriter _writer;

    public TaskLogWriterTests()
    {
        _loggers = new LoggerFactory([_logs]);
        _writer = new TaskLogWriter(_store, new ActivityFeed(), Options.Create(new TaskLogOptions()), _clock, _loggers.CreateLogger<TaskLogWriter>());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _store.Held?.TrySetResult();
        await _writer.StopAsync(CancellationToken.None);
        _writer.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task Lines_of_a_moment_are_written_in_one_operation()
    {
        await _writer.StartAsync(Token);
        for (var i = 0; i < 50; i++) _writer.Add(Line($"{i}"));

        var batch = await NextAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), batch.Select(line => line.Text));
    }

    [Fact]
    public async Task A_store_that_cannot_write_loses_nothing_and_keeps_the_order()
    {
        _store.Failures = 2;
        await _writer.StartAsync(Token);
        _writer.Add(Line("first"));
        await NextAsync();
        _writer.Add(Line("second"));
        await NextAsync();

        Assert.Equal(["first", "second"], (await NextAsync()).Select(line => line.Text));
    }

    [Fact]
    public async Task Lines_of_an_execution_not_there_yet_are_tried_again_for_half_a_minute()
    {
        _store.Unknown = ["ex-1"];
        _writer.Add(Line("early"));
        for (var i = 0; i < 3; i++)
        {
            await _writer.FlushAsync("ex-1", Token);
            Assert.Equal(["early"], (await _store.Batches.Reader.ReadAsync(Token)).Select(line => line.Text));
            _clock.Advance(TimeSpan.FromSeconds(15.5));
        }

        await _writer.FlushAsync("ex-1", Token);
        Assert.Equal(0, _store.Batches.Reader.Count);
    }

    [Fact]
    public async Task More_than_can_wait_is_lost_and_a_line_says_how_much()
    {
        for (var i = 0; i < WaitingLines.Most + 3; i++) _writer.Add(Line("x"));
        await _writer.FlushAsync("ex-1", Token);

        var batch = await _store.Batches.Reader.ReadAsync(Token);
        Assert.Equal(WaitingLines.Most + 1, batch.Length);
        Assert.Equal((TaskLogLevel.Warning, "3 lines were lost: more came than could be written."), (batch[^1].Level, batch[^1].Text));
    }

    [Fact]
    public async Task Flush_writes_at_once_and_only_when_something_of_the_execution_waits()
    {
        _writer.Add(Line("other", "ex-2"));
        await _writer.FlushAsync("ex-1", Token);
        Assert.Equal(0, _store.Batches.Reader.Count);

        await _writer.FlushAsync("ex-2", Token);
        Assert.Equal(1, _store.Batches.Reader.Count);
    }

    [Fact]
    public async Task The_stop_writes_what_waits()
    {
        await _writer.StartAsync(Token);
        _writer.Add(Line("last"));
        await _writer.StopAsync(Token);
        Assert.Equal(["last"], (await _store.Batches.Reader.ReadAsync(Token)).Select(line => line.Text));
    }

    [Fact]
    public async Task A_stop_that_comes_after_the_hosts_time_is_over_still_writes_what_waits()
    {
        _store.Held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writer.StartAsync(Token);
        _writer.Add(Line("being written"));
        await NextAsync();
        _writer.Add(Line("waits"));

        var stop = _writer.StopAsync(new CancellationToken(canceled: true));
        Assert.False(stop.IsCompleted);
        _store.Held.SetResult();
        await stop;

        Assert.Equal(["waits"], (await _store.Batches.Reader.ReadAsync(Token)).Select(line => line.Text));
        Assert.Empty(_logs.Errors);
    }

    [Fact]
    public async Task A_stop_waits_for_a_store_that_does_not_answer_only_so_long_and_says_what_is_lost()
    {
        _store.Held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writer.StartAsync(Token);
        _writer.Add(Line("being written"));
        await NextAsync();
        _writer.Add(Line("waits"));

        var stop = _writer.StopAsync(Token);
        while (!stop.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(stop, Task.Run(static () => { }, Token));
        }
        await stop;

        Assert.Equal("2 lines of tasks were not written before the stop and are lost", Assert.Single(_logs.Errors).Message);
    }

    [Fact]
    public async Task What_is_lost_while_the_store_cannot_write_is_told_once_in_all()
    {
        for (var i = 0; i < WaitingLines.Most + 1; i++) _writer.Add(Line("x"));
        _store.Failures = 3;
        for (var again = 0; again < 3; again++)
        {
            await _writer.FlushAsync("ex-1", Token);
            await _store.Batches.Reader.ReadAsync(Token);
            _writer.Add(Line("more"));
            _writer.Add(Line("of another", "ex-2"));
        }

        await _writer.FlushAsync("ex-1", Token);

        var batch = await _store.Batches.Reader.ReadAsync(Token);
        Assert.Equal(
            [("ex-1", "4 lines were lost: more came than could be written."), ("ex-2", "3 lines were lost: more came than could be written.")],
            batch.Where(line => line.Level == TaskLogLevel.Warning).Select(line => (line.ExecutionId, line.Text)).Order());
        Assert.Equal(WaitingLines.Most + 2, batch.Length);
    }

    private static NewTaskLogLine Line(string text, string executionId = "ex-1") => new(executionId, s_start, "a", 1, TaskLogLevel.Information, text);

    private async Task<ImmutableArray<NewTaskLogLine>> NextAsync()
    {
        var next = _store.Batches.Reader.ReadAsync(Token).AsTask();
        while (!next.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(next, Task.Run(static () => { }, Token));
        }
        return await next;
    }

    private sealed class FakeStore : ITaskLogStore
    {
        public Channel<ImmutableArray<NewTaskLogLine>> Batches { get; } = Channel.CreateUnbounded<ImmutableArray<NewTaskLogLine>>();

        public int Failures { get; set; }

        public ImmutableHashSet<string> Unknown { get; set; } = [];

        /// <summary>Nothing is answered before it ends.</summary>
        public TaskCompletionSource? Held { get; set; }

        public async ValueTask<TaskLogOutcome> AppendAsync(ImmutableArray<NewTaskLogLine> lines, TaskLogLimits limits, CancellationToken cancellationToken)
        {
            Batches.Writer.TryWrite(lines);
            if (Held is { } held) await held.Task;
            if (Failures-- > 0) throw new StorageUnavailableException("The disk is full.");
            return new TaskLogOutcome(ImmutableDictionary<string, ImmutableArray<TaskLogLine>>.Empty, [.. lines.Select(line => line.ExecutionId).Where(Unknown.Contains)]);
        }

        public Task<Page<TaskLogLine>> ListAsync(TaskLogQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
