using System.Text.RegularExpressions;

namespace DataFlow.Tests.Architecture;

public sealed partial class SourceTests
{
    private const int LongestFile = 300;

    // Files over the limit, each with its reason.
    private static readonly Dictionary<string, string> LongFiles = new()
    {
        ["DataFlow.Tests/Egress/EgressLimitsTests.cs"] = "every limit against one hostile server",
        ["DataFlow.Tests/Storage/ExecutionStoreTests.cs"] = "the promises of the execution store, which every store inherits",
    };

    // Where a banned symbol is used all the same; the line that allows it says why.
    private static readonly string[] UseBannedSymbols = ["DataFlow.Engine/Egress/EgressClientFactory.cs"];

    // Who reads the system's clock although a test cannot move it, each with its reason.
    [Fact]
    public void The_source_is_found()
    {
        Assert.Contains("DataFlow.Engine/WorkflowEngine.cs", Repository.SourceFiles);
        Assert.Contains("DataFlow.Tests/Architecture/SourceTests.cs", Repository.SourceFiles);
        Assert.DoesNotContain(Repository.SourceFiles, file => file.Contains("/obj/") || file.Contains("/Migrations/"));
    }

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        var longer = Repository.SourceFiles.Where(file => Repository.ReadLines(file).Length > LongestFile).ToArray();

        Assert.Empty(longer.Except(LongFiles.Keys));
        Assert.Empty(LongFiles.Keys.Except(longer));
    }

    [Fact]
    public void Every_namespace_is_its_folder() => Assert.Equal([], Repository.CSharpFiles.Where(file => !LivesWhereItSays(file, Repository.Read(file))));

    [Theory]
    [InlineData("namespace DataFlow.Engine.Webhooks;", true)]
    [InlineData("namespace DataFlow.Engine.Runtime;", false)]
    [InlineData("namespace DataFlow.Engine.Webhooks.Inner;", false)]
    [InlineData("namespace DataFlow.Engine.Webhooks\n{\n}", false)]
    [InlineData("internal sealed class Nowhere;", false)]
    public void A_file_in_another_namespace_is_caught(string text, bool right) => Assert.Equal(right, LivesWhereItSays("DataFlow.Engine/Webhooks/Any.cs", text));

    [Fact]
    public void Only_egress_makes_clients_and_the_build_sees_to_it()
    {
        var banned = Repository.ReadLines("BannedSymbols.txt").Select(line => line.Split(';')[0]).ToArray();

        Assert.All(
            typeof(HttpClient).GetConstructors(),
            constructor => Assert.Contains($"M:System.Net.Http.HttpClient.#ctor{Parameters(constructor)}", banned));
        Assert.Equal(UseBannedSymbols, ProductFiles().Where(file => Repository.Read(file).Contains("RS0030")));
        Assert.DoesNotContain("RS0030", Repository.Read(".editorconfig"));
        Assert.DoesNotContain("RS0030", Repository.Read("Directory.Build.props"));
    }

    [Fact]
    public void Nobody_takes_the_time_from_the_system_but_the_place_that_registers_it() => Assert.Equal(
        ["DataFlow.Engine/EngineServices.cs"],
        ProductFiles().Where(file => Repository.Read(file).Contains("TimeProvider.System")));

    private static IEnumerable<string> ProductFiles() =>
        Repository.CSharpFiles.Where(file => file.StartsWith("DataFlow.Engine/", StringComparison.Ordinal) || file.StartsWith("DataFlow.Web/", StringComparison.Ordinal));

    private static bool LivesWhereItSays(string file, string text)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/').Replace('/', '.');
        return Path.GetFileName(file) == "Program.cs"
            ? !NamespaceLine().IsMatch(text)
            : NamespaceLine().Match(text) is { Success: true } match && match.Groups["name"].Value == folder;
    }

    private static string Parameters(System.Reflection.ConstructorInfo constructor) => constructor.GetParameters() is { Length: > 0 } parameters
        ? $"({string.Join(',', parameters.Select(parameter => parameter.ParameterType.FullName))})"
        : "";

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);\r?$", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
