using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.TaskTypes;

namespace DataFlow.Tests.Workflows;

public sealed partial class WorkflowCorpusTests
{
    private static readonly WorkflowCompiler s_compiler = new(EngineCatalog.Catalog);

    public static TheoryData<CorpusCase> Broken() => [.. Corpus.Broken];

    public static TheoryData<CorpusCase> Good() => [.. Corpus.Good];

    [Theory, MemberData(nameof(Broken))]
    public void Compile_says_exactly_what_is_wrong_and_in_document_order(CorpusCase given)
    {
        var compilation = s_compiler.Compile(given.Bytes);

        Assert.Null(compilation.Workflow);
        Assert.Equal(given.Problems.Select(problem => $"{problem.Pointer} {problem.Code}"), compilation.Problems.Select(problem => $"{problem.Pointer} {problem.Code}"));
        Assert.All(compilation.Problems, problem => Assert.Matches(@"^[^\p{Cc}]+[.?]$", problem.Detail));
    }

    [Theory, MemberData(nameof(Good))]
    public void Compile_accepts_what_is_right(CorpusCase given)
    {
        var compilation = s_compiler.Compile(given.Bytes);

        Assert.Equal([], compilation.Problems.Select(problem => $"{problem.Pointer} {problem.Code}: {problem.Detail}"));
        Assert.NotNull(compilation.Workflow);
    }

    [Theory, MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public void The_example_of_every_task_type_compiles_once_its_inputs_are_declared(string name)
    {
        var example = EngineCatalog.Get(name).Specification.Example.GetRawText();
        var inputs = InputReference().Matches(example).Select(match => match.Groups[1].Value).Distinct().Select(input => $$"""{"name":"{{input}}","type":"any"}""");

        var compilation = s_compiler.Compile(Encoding.UTF8.GetBytes($$"""{"name":"n","input":[{{string.Join(',', inputs)}}],"tasks":[{{example}}]}"""));

        Assert.Empty(compilation.Problems);
    }

    [Fact]
    public void Every_code_has_a_broken_definition()
    {
        var codes = typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).ToList();
        Assert.True(codes.Count > 40);

        var shown = Corpus.Broken.SelectMany(given => given.Problems).Select(problem => problem.Code).ToHashSet();

        Assert.Empty(codes.Except(shown));
        Assert.Empty(shown.Except(codes));
    }

    [Fact]
    public void The_corpus_is_large_and_says_nothing_twice()
    {
        Assert.True(Corpus.Broken.Count >= 200);
        Assert.True(Corpus.Good.Count >= 100);
        Assert.Equal(Corpus.Broken.Count, Corpus.Broken.Select(given => Convert.ToBase64String(given.Bytes.Span)).Distinct().Count());
        Assert.Equal(Corpus.Good.Count, Corpus.Good.Select(given => Convert.ToBase64String(given.Bytes.Span)).Distinct().Count());
    }

    [Fact]
    public void Every_problem_is_explained_in_the_documentation()
    {
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "problems.md"));

        Assert.All(typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static), field => Assert.Contains($"| `{field.GetValue(null)}` |", page));
    }

    [GeneratedRegex(@"input\.(\w+)")]
    private static partial Regex InputReference();

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DataFlow.Web.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository.");
        return folder;
    }
}
