using System.Text.RegularExpressions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Hosting;

/// <summary>Pages live at the root and under /app; the API never answers HTML, and pages never answer problems.</summary>
public sealed class PagesTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("/", 200)]
    [InlineData("/app/workflows", 200)]
    [InlineData("/app/executions", 200)]
    [InlineData("/app/nothing/here", 404)]
    [InlineData("/app/workflows/wf-zzzzzzzzzzzz", 404)]
    [InlineData("/app/executions/ex-zzzzzzzzzzzz", 404)]
    [InlineData("/app/task-types/nothing", 404)]
    public async Task A_page_is_HTML_also_when_it_is_not_there(string path, int status)
    {
        var reply = await fixture.Server.GetAsync(path, ("Accept", "text/html"));

        Assert.Equal((status, "text/html"), (reply.Status, reply.MediaType));
        Assert.Contains("<h1", reply.Text, StringComparison.Ordinal);
    }

    /// <summary>What the policy forbids, a browser does not run: no inline scripts, no addresses of others.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/app/workflows")]
    public async Task A_page_has_nothing_that_its_policy_forbids(string path)
    {
        var reply = await fixture.Server.GetAsync(path, ("Accept", "text/html"));

        Assert.DoesNotMatch("<script(?![^>]*src=)[^>]*>", reply.Text);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", reply.Text);
        Assert.DoesNotMatch(" on[a-z]+=\"", reply.Text);
    }

    [Fact]
    public async Task Every_script_and_style_sheet_of_a_page_crosses_the_wire_compressed()
    {
        var page = await fixture.Server.GetAsync("/", ("Accept", "text/html"));
        var files = Regex.Matches(page.Text, "(?:href|src)=\"([^\"]+\\.(?:css|js))\"").Select(found => found.Groups[1].Value).ToList();
        Assert.Contains(files, file => file.Contains("MudBlazor", StringComparison.Ordinal) && file.EndsWith(".css", StringComparison.Ordinal));

        foreach (var file in files)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/{file.TrimStart('/')}", UriKind.Relative)) { Headers = { { "Accept-Encoding", "gzip" } } };
            using var reply = await fixture.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((file, "gzip"), (file, string.Join(',', reply.Content.Headers.ContentEncoding)));
        }
    }
}
