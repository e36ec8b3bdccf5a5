namespace DataFlow.Engine.Storage;

/// <summary>How deliveries are told apart by receiver.</summary>
internal static class WebhookAddress
{
    /// <summary>Lower-case host and port, the port always there; the text itself when it is no URL.</summary>
    public static string HostOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) ? $"{uri.IdnHost}:{uri.Port}".ToLowerInvariant() : url;
}
