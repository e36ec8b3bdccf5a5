using System.Text.RegularExpressions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Docs;

public sealed partial class LinkTests
{
    public static TheoryData<string> Pages { get; } = [.. Directory
        .EnumerateFiles(RepositoryFiles.Of("docs"), "*.md", SearchOption.AllDirectories).Append(RepositoryFiles.Of("README.md")).Append(RepositoryFiles.Of("CONTRIBUTING.md"))
        .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_link_to_a_file_finds_it_and_its_heading(string page)
    {
        var text = File.ReadAllText(RepositoryFiles.Of(page));
        foreach (Match link in Link().Matches(text))
        {
            var (target, heading) = Split(link.Groups["target"].Value);
            if (target.Contains(':', StringComparison.Ordinal)) continue;
            // Screenshots are taken by a browser, in a commit of their own; once there are any, all must be there.
            if (target.StartsWith("docs/images/", StringComparison.Ordinal) && !Directory.Exists(RepositoryFiles.Of("docs", "images"))) continue;
            var file = Path.Combine(Path.GetDirectoryName(RepositoryFiles.Of(page))!, target);
            if (target.Length == 0) file = RepositoryFiles.Of(page);
            Assert.True(File.Exists(file), $"{page} links to {target}, which is not there.");
            if (heading.Length > 0) Assert.Contains(heading, Heading().Matches(File.ReadAllText(file)).Select(Anchor));
        }
    }

    private static (string Target, string Heading) Split(string link) => link.Split('#') is [var target, var heading] ? (target, heading) : (link, "");

    private static string Anchor(Match heading) => NotInAnchors().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchors();
}
