using System.Net;

namespace DataFlow.Engine.Egress;

/// <summary>A reply's body behind a <see cref="LimitedStream"/>, with the headers it came with.</summary>
internal sealed class LimitedContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly EgressLimits limits;
    private readonly CancellationTokenSource total;
    private readonly TimeProvider clock;
    private readonly string where;

    public LimitedContent(HttpContent inner, EgressLimits limits, CancellationTokenSource total, TimeProvider clock, string where)
    {
        (this.inner, this.limits, this.total, this.clock, this.where) = (inner, limits, total, clock, where);
        foreach (var (name, values) in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
        // A cut body is shorter than what was announced; whoever reads must not be told otherwise.
        if (limits.Truncate) Headers.ContentLength = null;
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new LimitedStream(await inner.ReadAsStreamAsync(cancellationToken), limits, total, clock, where);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var body = await CreateContentReadStreamAsync(cancellationToken);
        await body.CopyToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            total.Dispose();
        }
        base.Dispose(disposing);
    }
}
