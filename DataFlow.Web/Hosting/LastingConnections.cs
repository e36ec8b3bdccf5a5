using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Hosting;

/// <summary>
/// Keeps tabs and watching programs from holding up the stop of the server. The framework closes their connections when it is told to stop, but they connect again
/// at once, in the moment before it stops listening; what it takes then it closes only when its patience, which is for attempts, has run out.
/// </summary>
internal sealed class LastingConnections(RequestDelegate next, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>For a connection to be closed properly.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    public Task Invoke(HttpContext http) => IsLasting(http.Request.Path) ? InvokeLasting(http) : next(http);

    private static bool IsLasting(PathString path) =>
        path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase);

    private async Task InvokeLasting(HttpContext http)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            http.Response.Headers.Connection = "close";
            await ProblemReply.WriteAsync(http, ProblemKind.NotReady, "The server is stopping.");
            return;
        }
        using var over = new CancellationTokenSource();
        // Asked again by the token itself: a stop that begins between the question above and here counts too.
        using var stopping = lifetime.ApplicationStopping.Register(() => _ = AbortAsync(http, over.Token));
        try
        {
            await next(http);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private async Task AbortAsync(HttpContext http, CancellationToken over)
    {
        try
        {
            await Task.Delay(s_farewell, clock, over);
            http.Abort();
        }
        catch (OperationCanceledException)
        {
            // It went by itself.
        }
    }
}
