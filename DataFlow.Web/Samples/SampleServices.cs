using DataFlow.Web.Settings;

namespace DataFlow.Web.Samples;

/// <summary>The first minute: pages to run workflows on, and workflows to run.</summary>
internal static class SampleServices
{
    public const string PagesPath = "/samples/pages";

    public static IServiceCollection AddSamples(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var facts = provider.GetRequiredService<ServerFacts>();
            return new SampleGallery(() => facts.OwnAddress);
        });
        return services.AddHostedService<SampleSeeder>();
    }

    public static void MapSamples(this IEndpointRouteBuilder app) => app.MapGet($"{PagesPath}/{{page}}", Page).ExcludeFromDescription();

    private static async Task Page(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["page"]!;
        await using var page = SampleFiles.OpenPage(name);
        if (page is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        http.Response.ContentType = name.EndsWith(".json", StringComparison.Ordinal) ? "application/json; charset=utf-8" : "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        await page.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
