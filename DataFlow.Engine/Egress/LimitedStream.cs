namespace DataFlow.Engine.Egress;

/// <summary>Counts what comes out of decompression and ends the reply at its size, its idle time or its total time.</summary>
internal sealed class LimitedStream(Stream inner, EgressLimits limits, CancellationTokenSource total, TimeProvider clock, string where) : Stream
{
    private readonly CancellationTokenSource idle = new(Timeout.InfiniteTimeSpan, clock);
    private long left = limits.Bytes;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || (left == 0 && limits.Truncate)) return 0;
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, total.Token, idle.Token);
        try
        {
            idle.CancelAfter(limits.Idle);
            // One byte more than is left tells a body of just the size allowed from a larger one.
            var most = limits.Truncate ? left : left + 1;
            var read = await inner.ReadAsync(buffer.Length > most ? buffer[..(int)most] : buffer, linked.Token);
            idle.CancelAfter(Timeout.InfiniteTimeSpan);
            if (read > left) throw EgressLimitException.TooLarge(limits.Bytes);
            left -= read;
            return read;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested && total.IsCancellationRequested)
        {
            throw EgressLimitException.Timeout($"{where} did not send its whole reply within {LimitHandler.Seconds(limits.Total)} s.");
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested && idle.IsCancellationRequested)
        {
            throw EgressLimitException.Timeout($"{where} stopped sending for {LimitHandler.Seconds(limits.Idle)} s in the middle of its reply.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously: the limits on time need it.");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            idle.Dispose();
        }
        base.Dispose(disposing);
    }
}
