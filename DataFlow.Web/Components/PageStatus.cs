namespace DataFlow.Web.Components;

/// <summary>Status of the first reply of a page.</summary>
internal static class PageStatus
{
    /// <summary>
    /// The page tells that what it was asked for is not there. Blazor renders nothing into a reply that is a 404 already, so it becomes one when its first
    /// byte leaves.
    /// </summary>
    public static void SayNotFound(this HttpContext? http)
    {
        if (http?.Response is { HasStarted: false } response) response.OnStarting(() => Task.FromResult(response.StatusCode = StatusCodes.Status404NotFound));
    }
}
