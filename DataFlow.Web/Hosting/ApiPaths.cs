namespace DataFlow.Web.Hosting;

/// <summary>Which paths belong to the API. Pages live at <c>/</c> and under <c>/app</c>; a path that is nobody's is the API's to refuse.</summary>
internal static class ApiPaths
{
    private static readonly PathString[] s_pages = ["/app", "/_blazor", "/_framework", "/_content", "/samples"];

    public static bool Contains(PathString path)
    {
        if (path.StartsWithSegments("/workflows") || path.StartsWithSegments("/executions")) return true;
        if (!path.HasValue || path.Value == "/") return false;
        foreach (var page in s_pages)
            if (path.StartsWithSegments(page)) return false;
        // Style sheets, icons and the like stand at the root; nothing of the API has a file's name there but its own document and its schemas.
        return path.StartsWithSegments("/openapi") || path.StartsWithSegments("/schemas") || !Path.HasExtension(path.Value);
    }
}
