using System.Reflection;
using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Tests.Docs;

/// <summary>The half of the page about requests; the half about definitions is held by the corpus.</summary>
public sealed partial class ProblemPageTests
{
    private static readonly string s_page = File.ReadAllText(RepositoryFiles.Of("docs", "problems.md"));

    [Fact]
    public void Every_kind_of_problem_the_API_answers_is_explained_with_its_status()
    {
        var kinds = typeof(ProblemKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<ProblemKind>().ToList();

        Assert.NotEmpty(kinds);
        Assert.All(kinds, kind => Assert.Matches($@"(?m)^\| {kind.Status} \|[^|]*`{kind.Code}`", s_page));
    }

    [Fact]
    public void Every_refusal_of_the_engine_is_explained()
    {
        var codes = Directory.EnumerateFiles(RepositoryFiles.Of("DataFlow.Engine"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Refusal().Matches(File.ReadAllText(file))).Where(match => match.Groups["kind"].Value is not ("NotFound" or "Unavailable"))
            .Select(match => match.Groups["code"].Value).Distinct().ToList();

        Assert.Contains("already_finished", codes);
        Assert.All(codes, code => Assert.Contains($"`{code}`", s_page, StringComparison.Ordinal));
    }

    [GeneratedRegex("""RefusalKind\.(?<kind>\w+),[ ]"(?<code>\w+)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Refusal();
}
