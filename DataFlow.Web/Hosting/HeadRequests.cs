using Microsoft.Net.Http.Headers;

namespace DataFlow.Web.Hosting;

/// <summary>
/// A HEAD is answered as a GET, by the same code, and the web server keeps the body back: no route has to know of it. RFC 9110 asks for it wherever GET is taken.
/// </summary>
internal sealed class HeadRequests(RequestDelegate next)
{
    private const string Stream = "text/event-stream";

    public async Task Invoke(HttpContext http)
    {
        var request = http.Request;
        if (!HttpMethods.IsHead(request.Method))
        {
            await next(http);
            return;
        }
        // A stream has no end, and whoever asks for its headers waits for one.
        if (request.Headers.Accept.ToString().Contains(Stream, StringComparison.OrdinalIgnoreCase) || request.Path.Value?.EndsWith("/events", StringComparison.OrdinalIgnoreCase) is true)
            request.Headers.Accept = "application/json";
        request.Method = HttpMethods.Get;
        try
        {
            await next(http);
        }
        finally
        {
            request.Method = HttpMethods.Head;
        }
    }
}
