using DataFlow.Web.Api.Requests;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DataFlow.Web.Hosting;

/// <summary>What one caller can hold of the server.</summary>
internal static class ServerLimits
{
    public static void Use(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxRequestBodySize = RequestBody.MaxBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxConcurrentConnections = 4_000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 2_000;
    }
}
