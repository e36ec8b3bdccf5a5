using System.Diagnostics;
using System.Globalization;
using DataFlow.Engine.Webhooks;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Docs;

/// <summary>The samples of the page against the official vector of Standard Webhooks, and against what would let a forger in.</summary>
public sealed class WebhookPageTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long Timestamp = 1614265330;

    private static readonly string s_page = File.ReadAllText(RepositoryFiles.Of("docs", "webhooks.md"));

    /// <summary>Body, signatures, seconds the clock is off, and whether it is to be believed.</summary>
    public static TheoryData<string, string, int, bool> Messages { get; } = new()
    {
        { Body, Signature, 0, true },
        { Body, "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= " + Signature, 0, true },
        { Body, Signature, 300, true },
        { Body, Signature, 301, false },
        { Body, Signature, -301, false },
        { """{"test": 2432232315}""", Signature, 0, false },
        { Body, "v2" + Signature[2..], 0, false },
        { Body, "v1,", 0, false },
        { Body, "", 0, false },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_sample_in_CSharp_tells_genuine_messages_from_others(string body, string signatures, int off, bool genuine) => Assert.Equal(genuine, WebhookSignature.IsGenuine(
        Secret, Id, Timestamp.ToString(CultureInfo.InvariantCulture), signatures, System.Text.Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(Timestamp + off)));

    [Fact]
    public void The_sample_in_CSharp_is_the_one_tested()
    {
        var source = File.ReadAllText(RepositoryFiles.Of("DataFlow.Tests", "Docs", "WebhookSignature.cs"));
        var sample = Sample("csharp");
        var type = sample[sample.IndexOf("public static class", StringComparison.Ordinal)..];

        Assert.EndsWith(type + "\n", source, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task The_sample_in_Python_tells_genuine_messages_from_others(string body, string signatures, int off, bool genuine)
    {
        Tool.Require("python3");
        var call = $$"""

            import sys
            headers = {"webhook-id": "{{Id}}", "webhook-timestamp": "{{Timestamp}}", "webhook-signature": sys.argv[2]}
            print(is_genuine("{{Secret}}", headers, sys.argv[1].encode(), {{Timestamp + off}}))
            """;
        Assert.Equal(genuine ? "True" : "False", await RunAsync("python3", "-c", Sample("python") + "\n" + call, body, signatures));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task The_sample_in_Node_tells_genuine_messages_from_others(string body, string signatures, int off, bool genuine)
    {
        // The browser driver of the tests brings a Node of its own.
        var drivers = Path.Combine(AppContext.BaseDirectory, ".playwright", "node");
        var node = Directory.Exists(drivers) ? Directory.EnumerateFiles(drivers, "node", SearchOption.AllDirectories).FirstOrDefault() : null;
        Assert.SkipWhen(node is null, "node is not installed.");
        var call = $$"""

            const headers = { 'webhook-id': '{{Id}}', 'webhook-timestamp': '{{Timestamp}}', 'webhook-signature': process.argv[2] };
            console.log(isGenuine('{{Secret}}', headers, Buffer.from(process.argv[1]), {{Timestamp + off}}));
            """;
        Assert.Equal(genuine ? "true" : "false", await RunAsync(node!, "--input-type=module", "-e", Sample("js") + "\n" + call, body, signatures));
    }

    [Fact]
    public void The_vector_of_the_page_is_the_official_one()
    {
        Assert.All((string[])[Secret, Id, $"`{Timestamp}`", Body, Signature], part => Assert.Contains(part, s_page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_waits_are_those_of_the_schedule()
    {
        var waits = WebhookSchedule.Waits.Select(wait => wait switch
        {
            { TotalHours: >= 1 } => $"{wait.TotalHours:0} h",
            { TotalMinutes: >= 1 } => $"{wait.TotalMinutes:0} min",
            _ => $"{wait.TotalSeconds:0} s",
        }).ToArray();

        Assert.Contains($"then after {string.Join(", ", waits[..^1])} and {waits[^1]}", s_page, StringComparison.Ordinal);
    }

    private static string Sample(string language) => Assert.Single(MarkdownBlocks.Of(s_page), block => block.Language == language).Text;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, errors);
        return output.Trim();
    }
}
