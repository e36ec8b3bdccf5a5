using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Egress;

/// <summary>The one way out. Every client checks each address it connects to, re-checks every redirect, and caps size, time and decompression.</summary>
public interface IEgressClientFactory
{
    /// <summary>A shared client for a purpose; never disposed by callers.</summary>
    HttpClient For(EgressPurpose purpose);

    /// <summary>
    /// Checks a URL without connecting (scheme, userinfo, port, literal addresses, host lists), as the API does for a <c>webhook_url</c>.
    /// </summary>
    /// <returns><c>null</c>: nothing against it; else code (<c>url_format</c>, <c>url_scheme</c>, <c>url_userinfo</c>, <c>url_port</c>, <c>egress_denied</c>) and a sentence.</returns>
    EgressRefusal? Check(string url);
}

/// <summary>Why a URL is refused.</summary>
public sealed record EgressRefusal(string Code, string Message);

/// <summary>What a client is for; decides redirects, size and time.</summary>
public enum EgressPurpose
{
    /// <summary>Task types: redirects followed (at most 5, each re-checked), 10 MB decompressed by default.</summary>
    Tasks,

    /// <summary>Webhooks: no redirects, 16 KB of the reply read.</summary>
    Webhooks,

    /// <summary>OpenAI and compatible endpoints: no redirects, 10 MB, long time.</summary>
    OpenAI,
}

/// <summary>A connection or redirect was refused; the message never tells what is behind the address.</summary>
public sealed class EgressDeniedException(EgressRefusal refusal) : HttpRequestException(refusal.Message)
{
    /// <summary>Why.</summary>
    public EgressRefusal Refusal { get; } = refusal;

    internal static EgressDeniedException Counted(EgressPurpose purpose, EgressRefusal refusal)
    {
        EngineMetrics.EgressDenied.Add(1, new("purpose", PurposeName(purpose)), new("code", refusal.Code));
        return new(refusal);
    }

    private static string PurposeName(EgressPurpose purpose) => purpose switch
    {
        EgressPurpose.Tasks => "tasks",
        EgressPurpose.Webhooks => "webhooks",
        _ => "models",
    };
}
