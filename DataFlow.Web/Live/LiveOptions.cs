using System.ComponentModel.DataAnnotations;

namespace DataFlow.Web.Live;

/// <summary>Settings of the hub for programs outside, section <c>DataFlow:Live</c>.</summary>
internal sealed class LiveOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Live";

    /// <summary>The longest message a client may send, bytes. They send names and numbers only.</summary>
    public const int LongestMessage = 8 * 1024;

    /// <summary>Connections at once. Default 1,000; a further one is closed with <c>too_many_connections</c>.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1_000;

    /// <summary>Streams of one connection at once. Default 100; a further one is refused with <c>too_many_streams</c>.</summary>
    [Range(1, 10_000)]
    public int MaxStreams { get; set; } = 100;
}
