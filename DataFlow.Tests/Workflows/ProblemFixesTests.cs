using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.TaskTypes;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Workflows;

public sealed class ProblemFixesTests
{
    private static readonly WorkflowCompiler s_compiler = new(EngineCatalog.Catalog);

    public static TheoryData<CorpusCase> Broken() => [.. Corpus.Broken];

    private static ImmutableArray<Problem> ProblemsOf(DefinitionDocument document) => s_compiler.Compile(Encoding.UTF8.GetBytes(document.ToJson())).Problems;

    private static (ImmutableArray<Problem> Problems, ImmutableArray<ImmutableArray<ProblemFix>> Fixes) Look(ReadOnlyMemory<byte> definition)
    {
        var problems = s_compiler.Compile(definition).Problems;
        return (problems, new ProblemFixes(s_compiler).For(definition, problems));
    }

    [Theory, MemberData(nameof(Broken))]
    public void Every_fix_removes_its_problem_makes_no_other_and_is_undone_in_one_step(CorpusCase given)
    {
        var (problems, fixes) = Look(given.Bytes);
        Assert.Equal(problems.Length, fixes.Length);
        if (DefinitionDocument.Parse(Encoding.UTF8.GetString(given.Bytes.Span)) is not { } document)
        {
            Assert.All(fixes, each => Assert.Empty(each));
            return;
        }

        foreach (var (problem, fix) in problems.Zip(fixes).SelectMany(each => each.Second.Select(fix => (each.First, fix))))
        {
            var before = EditorState.Start(document);
            var after = before.Apply(new DefinitionEdit(fix.Label, was => was.With(fix.ApplyTo)));

            var left = ProblemsOf(after.Document);
            Assert.DoesNotContain(problem, left);
            Assert.True(left.Length <= problems.Length, $"{fix.Label}: {string.Join(" | ", left.Select(each => $"{each.Pointer} {each.Detail}"))}");
            Assert.Equal(document.ToJson(), after.Undo().Document.ToJson());
            Assert.InRange(fix.Label.Length, 5, 200);
        }
    }

    [Fact]
    public void Most_problems_of_a_definition_that_can_be_read_have_a_way_out()
    {
        var offered = Corpus.Broken.Where(given => DefinitionDocument.Parse(Encoding.UTF8.GetString(given.Bytes.Span)) is not null)
            .SelectMany(given => Look(given.Bytes) is var (problems, fixes) ? problems.Zip(fixes) : []).ToList();

        var with = offered.Count(each => each.Second.Length > 0);
        Assert.True(with * 2 > offered.Count, $"{with} of {offered.Count}");
    }

    [Theory]
    [InlineData("""{"name":"n","title":"t","tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/title", "Remove 'title'")]
    [InlineData("""{"title":"t","tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/title", "Rename 'title' to 'name'")]
    [InlineData("""{"name":"n","steps":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/steps", "Rename 'steps' to 'tasks'")]
    [InlineData("""{"name":"n","inputs":[],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/inputs", "Rename 'inputs' to 'input'")]
    [InlineData("""{"name":"n","tasks":[{"name":"load","type":"Echo","input":{"value":1}}]}""", "#/tasks/0/ref", "Add 'ref': \"load\"")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Ecko","input":{"value":1}}]}""", "#/tasks/0/type", "Change to 'Echo'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1}},{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/tasks/1/ref", "Change to 'a_2'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1},"timeout":"30"}]}""", "#/tasks/0/timeout", "Change to 30")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1},"retries":3}]}""", "#/tasks/0/retries", "Rename 'retries' to 'retry'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Text.Static","input":{"text":"{{ refs.b.output.text }}"}},{"ref":"b","type":"Text.Static","input":{"text":"x"}}]}""", "#/tasks/0/input/text", "Move 'b' before 'a'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Text.Static","input":{"text":"x"}},{"ref":"b","type":"Text.Static","depends_on":[],"input":{"text":"{{ refs.a.output.text }}"}}]}""", "#/tasks/1/input/text", "Let 'b' wait for 'a'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"load","type":"Text.Static","input":{"text":"x"}},{"ref":"b","type":"Text.Static","input":{"text":"{{ refs.laod.output.text }}"}}]}""", "#/tasks/1/input/text", "Change 'laod' to 'load'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"load","type":"Text.Static","input":{"text":"x"}},{"ref":"b","type":"Text.Static","input":{"text":"{{ tasks.load.outputs.text }}"}}]}""", "#/tasks/1/input/text", "Change 'tasks.load.outputs.text' to 'refs.load.output.text'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"load","type":"Text.Static","input":{"text":"x"}},{"ref":"b","type":"Text.Static"}]}""", "#/tasks/1/input/text", "Add 'text': \"{{ refs.load.output.text }}\"")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Text.Static","input":{"text":"{{ input.page }}"}}]}""", "#/tasks/0/input/text", "Declare the input 'page'")]
    [InlineData("""{"name":"n","tasks":{"a":{"type":"Echo","input":{"value":1}}}}""", "#/tasks", "Make it a list")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Text.Truncate","input":{"text":"x","length":-1}}]}""", "#/tasks/0/input/length", "Change to 0")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Text.Truncate","input":{"text":"x","length":99999999}}]}""", "#/tasks/0/input/length", "Change to 10000000")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1},"retry":{"attempts":500}}]}""", "#/tasks/0/retry/attempts", "Change to 100")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1},"retry":{"attempts":2,"jitter":-1}}]}""", "#/tasks/0/retry/jitter", "Change to 0")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1},"timeout":0}]}""", "#/tasks/0/timeout", "Remove 'timeout'")]
    [InlineData("""{"name":"n","concurrency":{"limit":0},"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/concurrency/limit", "Change to 1")]
    [InlineData("""{"name":"n","input":[{"name":"x","type":"integer","maximum":10,"default":11}],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/input/0/default", "Change to 10")]
    [InlineData("""{"name":"n","input":[{"name":"x","type":"string","pattern":"^[A-Z]{3}-[0-9]{2}$","default":" abc 12 "}],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/input/0/default", "Change to 'ABC-12'")]
    [InlineData("""{"name":"n","input":[{"name":"x","type":"string","pattern":"^[0-9]+$","default":"abc"}],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/input/0/default", "Remove 'default'")]
    [InlineData("""{"name":"n","input":[{"name":"x","type":"string","pattern":"([a-z"}],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/input/0/pattern", "Remove 'pattern'")]
    [InlineData("""{"name":"n","input":[{"name":"x","type":"string","enum":["red","green"],"default":"mauve"}],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/input/0/default", "Change to 'red'")]
    [InlineData("""{"name":"n","input":[{"name":"x","type":"string","enum":[]}],"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/input/0/enum", "Remove 'enum'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1},"on_error":"ignore"}]}""", "#/tasks/0/on_error", "Change to 'continue'")]
    [InlineData("""{"name":"n","concurrency":{"limit":1,"when_full":"drop"},"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/concurrency/when_full", "Change to 'queue'")]
    [InlineData("""{"name":"  ","tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/name", "Change to 'Untitled workflow'")]
    [InlineData("""{"name":"n","labels":{"team":""},"tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""", "#/labels/team", "Remove 'team'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Web.Download","input":{"url":"example.com/page"}}]}""", "#/tasks/0/input/url", "Change to 'https://example.com/page'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Flow.Wait","input":{"until":"2030-01-01 09:00:00"}}]}""", "#/tasks/0/input/until", "Change to '2030-01-01T09:00:00Z'")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Flow.Wait","input":{"until":"2030-01-01"}}]}""", "#/tasks/0/input/until", "Change to '2030-01-01T00:00:00Z'")]
    public void The_first_way_out_is_the_one_meant(string definition, string pointer, string label)
    {
        var (problems, fixes) = Look(Encoding.UTF8.GetBytes(definition));

        Assert.Equal(label, fixes[problems.IndexOf(problems.First(problem => problem.Pointer == pointer))].First().Label);
    }

    [Theory]
    [InlineData("name", 200)]
    [InlineData("description", 10_000)]
    public void A_text_that_is_too_long_is_cut_where_it_may_end_and_never_through_a_character(string member, int most)
    {
        var written = new JsonObject { ["name"] = "n", ["tasks"] = new JsonArray(new JsonObject { ["ref"] = "a", ["type"] = "Echo", ["input"] = new JsonObject { ["value"] = 1 } }) };
        written[member] = string.Concat(Enumerable.Repeat("😀", most + 5));
        var definition = written.ToJsonString();
        var (_, fixes) = Look(Encoding.UTF8.GetBytes(definition));

        var after = DefinitionDocument.Parse(definition)!.With(fixes[0][0].ApplyTo);

        Assert.Equal(string.Concat(Enumerable.Repeat("😀", most)), (string?)after.Root[member]);
        Assert.Empty(ProblemsOf(after));
    }

    [Theory]
    [InlineData("""{"name":"n","tasks":[]}""", "#/tasks")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Web.Download","input":{"url":"file:///etc/passwd"}}]}""", "#/tasks/0/input/url")]
    [InlineData("""{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1}}],"output":[{"name":"o","type":"flag","value":"{{ refs.a.output.value }}"}]}""", "#/output/0/type")]
    public void Where_a_person_has_to_think_nothing_is_offered(string definition, string pointer)
    {
        var (problems, fixes) = Look(Encoding.UTF8.GetBytes(definition));

        Assert.Empty(fixes[problems.IndexOf(problems.First(problem => problem.Pointer == pointer))]);
    }

    [Fact]
    public void A_renamed_member_keeps_its_place()
    {
        var (_, fixes) = Look("""{"title":"t","tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}"""u8.ToArray());

        var after = DefinitionDocument.Parse("""{"title":"t","tasks":[{"ref":"a","type":"Echo","input":{"value":1}}]}""")!.With(fixes[0][0].ApplyTo);

        Assert.Equal(["name", "tasks"], after.ToTree().Select(member => member.Key));
    }

    [Fact]
    public void A_flood_of_problems_in_a_large_definition_costs_a_bounded_number_of_trials()
    {
        var tasks = string.Join(',', Enumerable.Range(0, 900).Select(i => $$"""{ "ref": "t{{i}}", "type": "Ecko", "input": { "value": "{{new string('x', 900)}}" } }"""));
        var (problems, fixes) = Look(Encoding.UTF8.GetBytes($$"""{ "name": "n", "tasks": [{{tasks}}] }"""));

        Assert.Equal(Problem.Most, problems.Length);
        Assert.NotEmpty(fixes[0]);
        Assert.Empty(fixes[^1]);
    }
}
