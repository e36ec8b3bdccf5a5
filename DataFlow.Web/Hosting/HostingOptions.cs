namespace DataFlow.Web.Hosting;

/// <summary>Settings of the server itself, section <c>DataFlow</c>.</summary>
internal sealed class HostingOptions
{
    /// <summary>
    /// Lets the server listen on addresses that other machines reach, although there is no login yet: whoever reaches it can do everything. Default false.
    /// </summary>
    public bool AllowInsecure { get; set; }
}
