using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine.Egress;

/// <summary>What is allowed when nothing is listed.</summary>
public enum EgressMode
{
    /// <summary>Everything on the public internet; private, local and reserved addresses are denied.</summary>
    Blocklist,

    /// <summary>Nothing but <see cref="EgressOptions.AllowHosts"/> and <see cref="EgressOptions.AllowCidrs"/>.</summary>
    AllowlistOnly,
}

/// <summary>Settings of outbound connections, section <c>DataFlow:Egress</c>. A wrong value stops the start.</summary>
/// <remarks>
/// Who wins: <see cref="DenyHosts"/>, then <see cref="AllowHosts"/>, then <see cref="AllowCidrs"/>, then the built-in block list.
/// Cloud metadata addresses are reached only through an exact <see cref="AllowCidrs"/> entry (<c>169.254.169.254/32</c>), never by a name or a wider range.
/// </remarks>
public sealed class EgressOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Egress";

    /// <summary>What is allowed when nothing is listed. Default Blocklist: downloading public pages is what most workflows do.</summary>
    public EgressMode Mode { get; set; } = EgressMode.Blocklist;

    /// <summary>
    /// Hosts allowed whatever they resolve to: <c>api.corp.example</c>, <c>*.corp.example</c> (names below it), <c>10.1.2.3</c>, each with an optional
    /// <c>:port</c>, which then is the only port it means and may be any. Default none.
    /// </summary>
    public IList<string> AllowHosts { get; init; } = [];

    /// <summary>Address ranges allowed besides the public internet: <c>10.1.0.0/16</c>, <c>fd12::/32</c>, <c>10.1.2.3</c>. Default none.</summary>
    public IList<string> AllowCidrs { get; init; } = [];

    /// <summary>Hosts denied before anything else is asked; the same spellings as <see cref="AllowHosts"/>. Default none.</summary>
    public IList<string> DenyHosts { get; init; } = [];

    /// <summary>Ports that browsers refuse (22, 25, 6000, …) and that are to be allowed here. Default none.</summary>
    public IList<int> AllowPorts { get; init; } = [];

    /// <summary>
    /// Whether URLs that name loopback themselves (<c>localhost</c>, <c>127.0.0.1</c>, <c>[::1]</c>) are allowed. Default: only in the Development environment.
    /// </summary>
    /// <remarks>
    /// A public name that resolves to loopback stays denied, and so does a redirect from elsewhere to loopback: those are what attacks look like.
    /// The server's own listeners are reachable only while <c>DataFlow:Samples</c> is on as well (the sample workflow downloads the sample page),
    /// or when <see cref="AllowHosts"/> names host and port.
    /// </remarks>
    public bool? AllowLoopback { get; set; }

    /// <summary>Largest reply, bytes after decompression; a task may ask for less. Default 10,000,000: pages are smaller, and a decompression bomb ends here.</summary>
    [Range(1_024, 1_000_000_000)]
    public long MaxResponseBytes { get; set; } = 10_000_000;

    /// <summary>Seconds to resolve, connect and agree on TLS. Default 10: a reachable server needs less than one.</summary>
    [Range(0.01, 300)]
    public double ConnectSeconds { get; set; } = 10;

    /// <summary>Seconds until the reply's headers are there, redirects included. Default 30. A task's own timeout replaces it.</summary>
    [Range(0.01, 3_600)]
    public double HeadersSeconds { get; set; } = 30;

    /// <summary>Seconds without a byte of the reply's body. Default 30.</summary>
    [Range(0.01, 3_600)]
    public double IdleSeconds { get; set; } = 30;

    /// <summary>Seconds for a whole request with its reply. Default 120, so that a trickle of bytes ends. A task's own timeout replaces it.</summary>
    [Range(0.01, 3_600)]
    public double TotalSeconds { get; set; } = 120;

    /// <summary>Seconds for a whole webhook delivery. Default 20: the Standard Webhooks advice is 15 to 30.</summary>
    [Range(0.01, 300)]
    public double WebhookSeconds { get; set; } = 20;

    /// <summary>Seconds for a whole call of a language model. Default 300: long answers come after minutes without a byte.</summary>
    [Range(0.01, 3_600)]
    public double ModelSeconds { get; set; } = 300;
}
