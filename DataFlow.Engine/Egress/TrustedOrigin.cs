namespace DataFlow.Engine.Egress;

/// <summary>An address the operator configured by name elsewhere (a model server's base URL): allowed for its one purpose, wherever it is.</summary>
internal sealed record TrustedOrigin(EgressPurpose Purpose, string Host, int Port)
{
    /// <summary>Nothing.</summary>
    public static TrustedOrigin None { get; } = new(EgressPurpose.OpenAI, "", 0);

    /// <summary>Host and port of a URL.</summary>
    public static TrustedOrigin Of(EgressPurpose purpose, Uri url) => new(purpose, EgressUrl.CanonicalHost(url.IdnHost) ?? "", url.Port);
}
