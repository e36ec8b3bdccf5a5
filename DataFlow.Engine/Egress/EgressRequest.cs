namespace DataFlow.Engine.Egress;

/// <summary>What one request asks for beyond its client's limits.</summary>
internal static class EgressRequest
{
    private static readonly HttpRequestOptionsKey<TimeSpan> TimeoutKey = new("DataFlow.Egress.Timeout");
    private static readonly HttpRequestOptionsKey<long> MaxBytesKey = new("DataFlow.Egress.MaxBytes");

    /// <summary>Replaces the times for headers and for the whole.</summary>
    public static void SetTimeout(this HttpRequestMessage request, TimeSpan timeout) => request.Options.Set(TimeoutKey, timeout);

    /// <summary>Lowers the size limit; it cannot be raised above the operator's.</summary>
    public static void SetMaxBytes(this HttpRequestMessage request, long maxBytes) => request.Options.Set(MaxBytesKey, maxBytes);

    public static EgressLimits Limits(this HttpRequestMessage request, EgressLimits usual)
    {
        if (request.Options.TryGetValue(TimeoutKey, out var timeout)) usual = usual with { Headers = timeout, Total = timeout };
        return request.Options.TryGetValue(MaxBytesKey, out var maxBytes) ? usual with { Bytes = Math.Min(usual.Bytes, maxBytes) } : usual;
    }
}

/// <summary>How long and how large a request and its reply may be.</summary>
/// <param name="Headers">Until the reply's headers are there.</param>
/// <param name="Idle">Without a byte of the body.</param>
/// <param name="Total">For everything.</param>
/// <param name="Bytes">Of the body, decompressed.</param>
/// <param name="Truncate">Whether more bytes end the body quietly instead of failing it.</param>
/// <param name="Redirects">How many are followed.</param>
internal sealed record EgressLimits(TimeSpan Headers, TimeSpan Idle, TimeSpan Total, long Bytes, bool Truncate, int Redirects);
