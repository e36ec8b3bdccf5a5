using System.Text;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using static DataFlow.Tests.Workflows.SpecCatalog;

namespace DataFlow.Tests.Workflows;

public sealed class WorkflowCompilerTests
{
    private static readonly ValueSchema s_text = Of(DataType.String);

    private static readonly ValueSchema s_link = Object(Required("href", s_text), Optional("rank", Of(DataType.Integer)));

    private static readonly WorkflowCompiler s_compiler = new(new SpecCatalog(
        Type("Source", [Optional("any", ValueSchema.Any), Optional("key", s_text with { Secret = true }), Optional("headers", Of(DataType.Object) with { Items = s_text, Secret = true })],
            [Required("links", List(s_link)), Required("kind", s_text with { Choices = [JsonElement.Parse("\"a\""), JsonElement.Parse("\"b\"")] }), Required("free", Of(DataType.Object)), Required("count", Of(DataType.Integer)), Required("ratio", Of(DataType.Number)),
                Required("by_name", Of(DataType.Object) with { Items = Of(DataType.Integer) }), Required("note", s_text with { Nullable = true })]),
        Type("Sink", [
            Optional("links", List(s_link)), Optional("link", s_link), Optional("strict", Object(Required("href", s_text), Required("title", s_text))), Optional("kind", s_text with { Choices = [JsonElement.Parse("\"b\""), JsonElement.Parse("\"c\"")] }),
            Optional("other", s_text with { Choices = [JsonElement.Parse("\"x\"")] }), Optional("texts", List(s_text)), Optional("number", Of(DataType.Number)), Optional("whole", Of(DataType.Integer)), Optional("text", s_text), Optional("file", Of(DataType.File)),
            Optional("names", Of(DataType.Object) with { Items = s_text })], [Required("done", Of(DataType.Boolean))])));

    [Theory]
    [InlineData("links", "refs.a.output.links", "")]
    [InlineData("link", "refs.a.output.links[0]", "")]
    [InlineData("text", "refs.a.output.links[3].href", "")]
    [InlineData("number", "refs.a.output.links[3].rank", "")]
    [InlineData("number", "refs.a.output.count", "")]
    [InlineData("kind", "refs.a.output.kind", "")]
    [InlineData("text", "refs.a.output.note", "")]
    [InlineData("links", "refs.a.output.free.x", "")]
    [InlineData("file", "refs.a.output.free", "")]
    [InlineData("number", "refs.a.output.by_name.x", "")]
    [InlineData("other", "refs.a.output.kind", "enum")]
    [InlineData("text", "refs.a.output.links[0].rank", "type_mismatch")]
    [InlineData("texts", "refs.a.output.links", "type_mismatch")]
    [InlineData("strict", "refs.a.output.links[0]", "type_mismatch")]
    [InlineData("link", "refs.a.output.links", "type_mismatch")]
    [InlineData("names", "refs.a.output.by_name", "type_mismatch")]
    [InlineData("text", "refs.a.output.by_name.x", "type_mismatch")]
    [InlineData("text", "refs.a.output.links[0].title", "unknown_output")]
    [InlineData("text", "refs.a.output.links.href", "unknown_output")]
    public void A_reference_fits_a_field_by_its_whole_schema(string field, string reference, string code)
    {
        var compilation = Compile($$$"""[{"ref":"a","type":"Source"},{"ref":"b","type":"Sink","input":{"{{{field}}}":"{{ {{{reference}}} }}"}}]""");

        Assert.Equal(code.Length == 0 ? [] : [$"#/tasks/1/input/{field} {code}"], Codes(compilation));
    }

    [Theory]
    [InlineData("""{"key":"{{ secrets.TOKEN }}"}""", "#/tasks/0/input/key unknown_secret")]
    [InlineData("""{"headers":{"Authorization":"Bearer {{ secrets.TOKEN }}"}}""", "#/tasks/0/input/headers/Authorization unknown_secret")]
    [InlineData("""{"any":{"key":"{{ secrets.TOKEN }}"}}""", "#/tasks/0/input/any/key secret_not_allowed")]
    public void Secrets_stand_only_where_the_task_type_marks_a_field(string input, string problem) =>
        Assert.Equal([problem], Codes(Compile($$"""[{"ref":"a","type":"Source","input":{{input}}}]""")));

    [Theory]
    [InlineData("""{"title":"x"}""", "#/title", "name")]
    [InlineData("""{"inputs":[]}""", "#/inputs", "input")]
    [InlineData("""{"outputs":[]}""", "#/outputs", "output")]
    [InlineData("""{"taks":[]}""", "#/taks", "tasks")]
    [InlineData("""{"tasks":[{"ref":"a","type":"Sorce"}]}""", "#/tasks/0/type", "Source")]
    [InlineData("""{"tasks":[{"name":"Load it","type":"Source"}]}""", "#/tasks/0/ref", "Load_it")]
    [InlineData("""{"tasks":[{"ref":"load-it","type":"Source"}]}""", "#/tasks/0/ref", "load_it")]
    [InlineData("""{"tasks":[{"ref":"a","type":"Source","dependsOn":[]}]}""", "#/tasks/0/dependsOn", "depends_on")]
    [InlineData("""{"tasks":[{"ref":"a","type":"Source","needs":[]}]}""", "#/tasks/0/needs", "depends_on")]
    [InlineData("""{"tasks":[{"ref":"a","type":"Source","when":"input.x > 3"}]}""", "#/tasks/0/when", "{{ input.x > 3 }}")]
    [InlineData("""{"tasks":[{"ref":"load","type":"Source"},{"ref":"b","type":"Sink","input":{"number":"{{refs.laod.output.count}}"}}]}""", "#/tasks/1/input/number", "load")]
    [InlineData("""{"tasks":[{"ref":"a","type":"Source"},{"ref":"b","type":"Sink","input":{"number":"{{refs.a.output.cuont}}"}}]}""", "#/tasks/1/input/number", "count")]
    [InlineData("""{"input":[{"name":"x","type":"int"}]}""", "#/input/0/type", "integer")]
    [InlineData("""{"input":[{"name":"webpage_url","type":"string"}],"tasks":[{"ref":"b","type":"Sink","input":{"text":"{{input.webpage_ur}}"}}]}""", "#/tasks/0/input/text", "webpage_url")]
    public void Near_misses_are_answered_with_what_was_meant(string definition, string pointer, string meant)
    {
        var problem = s_compiler.Compile(Encoding.UTF8.GetBytes(definition)).Problems.First(problem => problem.Pointer == pointer);

        Assert.Equal(meant, problem.Suggestion);
        Assert.EndsWith($"Did you mean '{meant}'?", problem.Detail);
    }

    [Theory]
    [InlineData("text", "refs.a.output.count", "{{ refs.a.output.count | object.to_json }}")]
    [InlineData("text", "refs.a.output.links", "{{ refs.a.output.links | object.to_json }}")]
    [InlineData("number", "refs.a.output.kind", "{{ refs.a.output.kind | string.to_double }}")]
    [InlineData("whole", "refs.a.output.kind", "{{ refs.a.output.kind | string.to_int }}")]
    [InlineData("whole", "refs.a.output.ratio", "{{ refs.a.output.ratio | math.round }}")]
    public void A_value_of_another_type_is_answered_with_its_conversion_which_compiles(string field, string reference, string meant)
    {
        string Tasks(string value) => $$$"""[{"ref":"a","type":"Source"},{"ref":"b","type":"Sink","input":{"{{{field}}}":"{{{value}}}"}}]""";

        Assert.Equal(meant, Assert.Single(Compile(Tasks($"{{{{ {reference} }}}}")).Problems).Suggestion);
        Assert.Empty(Compile(Tasks(meant)).Problems);
    }

    [Fact]
    public void The_order_of_the_list_becomes_explicit()
    {
        var workflow = Compile("""
            [{"ref":"a","type":"Source"},{"ref":"b","type":"Source"},{"ref":"c","type":"Source","depends_on":["a"]},
             {"ref":"d","type":"Source","depends_on":[]},{"ref":"e","type":"Source","depends_on":["d","b","c"]}]
            """).Workflow!;

        Assert.Equal([[], [0], [0], [], [1, 2, 3]], workflow.Tasks.Select(task => task.DependsOn.ToArray()));
        Assert.Equal([[1, 2], [4], [4], [4], []], workflow.Tasks.Select(task => task.Dependents.ToArray()));
        Assert.Equal([0, 1, 2, 3, 4], workflow.Tasks.Select(task => workflow.TaskIndex[task.Definition.Ref]));
    }

    [Fact]
    public void A_cycle_is_told_as_a_path()
    {
        var problem = Assert.Single(Compile("""[{"ref":"s","type":"Source"},{"ref":"a","type":"Source","depends_on":["c"]},{"ref":"b","type":"Source","depends_on":["a"]},{"ref":"c","type":"Source"}]""").Problems);

        Assert.Equal("These tasks wait for each other: a -> c -> b -> a. c waits for b because it comes next in the list; its own 'depends_on' would change that.", problem.Detail);
    }

    [Fact]
    public void A_circle_of_a_thousand_is_found_without_recursion()
    {
        var tasks = Enumerable.Range(0, 1000).Select(i => $$"""{"ref":"t{{i}}","type":"Source","depends_on":["t{{(i + 1) % 1000}}"]}""");

        var problem = Assert.Single(Compile($"[{string.Join(',', tasks)}]").Problems);

        Assert.Equal(("#/tasks/0/depends_on/0", ProblemCodes.Cycle), (problem.Pointer, problem.Code));
        Assert.Contains("t0 -> t1 -> t2", problem.Detail);
        Assert.True(problem.Detail.Length < 200);
    }

    [Fact]
    public void A_policy_has_its_defaults()
    {
        var task = Compile("""[{"ref":"a","type":"Source","retry":{"attempts":3}}]""").Workflow!.Tasks[0];

        Assert.Equal(new RetryPolicy(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromHours(1), 0.1), task.Definition.Retry);
        Assert.Same(ErrorPolicy.Fail, task.Definition.OnError);
        Assert.Null(task.Definition.Timeout);
    }

    [Fact]
    public void A_fallback_is_compiled_like_the_task_itself()
    {
        var workflow = Compile("""[{"ref":"a","type":"Source","on_error":{"task":{"type":"sink","input":{"text":"x"}}}},{"ref":"b","type":"Source","on_error":{"value":{"count":1}}},{"ref":"c","type":"Source","on_error":"continue"}]""").Workflow!;

        Assert.Equal("Sink", workflow.Tasks[0].FallbackType!.Specification.Type);
        Assert.Equal("""{"text":"x"}""", workflow.Tasks[0].FallbackInput!.Source.GetRawText());
        Assert.Equal("""{"count":1}""", workflow.Tasks[1].FallbackValue!.Source.GetRawText());
        Assert.Same(ErrorPolicy.Continue, workflow.Tasks[2].Definition.OnError);
    }

    [Fact]
    public void The_inputs_become_one_schema()
    {
        var workflow = s_compiler.Compile("""
            {"name":"n","input":[{"name":"a","type":"text"},{"name":"b","type":"integer","default":3},{"name":"c","type":"array","items":{"type":"string"},"required":false}],"tasks":[{"ref":"t","type":"Source"}]}
            """u8.ToArray()).Workflow!;
        var problems = new List<Problem>();

        ValueChecker.Check(JsonElement.Parse("""{"a":"x","c":null}"""), workflow.InputSchema, "#/input", problems);
        Assert.Empty(problems);
        ValueChecker.Check(JsonElement.Parse("""{"b":"x","c":[1],"d":2}"""), workflow.InputSchema, "#/input", problems);
        Assert.Equal(["#/input/b type_mismatch", "#/input/c/0 type_mismatch", "#/input/d unknown_property", "#/input/a required"], problems.Select(problem => $"{problem.Pointer} {problem.Code}"));
        Assert.Equal("""{"a":"x","b":3}""", ValueChecker.WithDefaults(JsonElement.Parse("""{"a":"x"}"""), workflow.InputSchema).GetRawText());
    }

    [Fact]
    public void The_document_itself_is_kept_digit_for_digit()
    {
        var text = """{ "name": "n", "tasks": [ { "ref": "a", "type": "Source", "input": { "any": 9007199254740993 } } ] }""";

        Assert.Equal(text, s_compiler.Compile(Encoding.UTF8.GetBytes(text)).Workflow!.Definition.Source.GetRawText());
    }

    [Fact]
    public void A_hundred_problems_are_listed_and_more_are_announced()
    {
        var compilation = Compile($"[{string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"ref":"t{{i}}","type":"Nope"}"""))}]");

        Assert.True(compilation.Truncated);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"#/tasks/{i}/type"), compilation.Problems.Select(problem => problem.Pointer));
    }

    [Fact]
    public void More_tasks_than_allowed_are_refused_without_a_look_at_them()
    {
        var tasks = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"ref":"t{{i}}"}"""));

        Assert.Equal(["#/tasks max_items"], Codes(Compile($"[{tasks}]")));
    }

    [Fact]
    public void A_flood_of_expressions_is_refused_before_it_costs_anything()
    {
        var flood = string.Join(',', Enumerable.Repeat("\"{{a}}\"", 10_001));

        Assert.Equal(["# template_too_large"], Codes(Compile($$$"""[{"ref":"a","type":"Source","input":{"any":[{{{flood}}}]}}]""")));
        Assert.Equal(["# template_too_large"], Codes(Compile($$$"""[{"ref":"a","type":"Source","input":{"any":[{{{flood.Replace("{", "\\u007B")}}}]}}]""")));
    }

    [Fact]
    public void A_thousand_tasks_are_one_workflow()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"name":"n","tasks":[{"ref":"t0","type":"Source"},{{string.Join(',', Enumerable.Range(1, 999).Select(i =>
            $$$"""{"ref":"t{{{i}}}","type":"Sink","input":{"link":"{{ refs.t0.output.links[{{{i}}}] }}","text":"no. {{ refs.t0.output.count }}","texts":["a","b"]},"retry":{"attempts":3}}"""))}}]}""");

        Assert.Equal(1000, s_compiler.Compile(json).Workflow!.Tasks.Length);
    }

    private static Compilation Compile(string tasks) => s_compiler.Compile(Encoding.UTF8.GetBytes($$"""{"name":"n","tasks":{{tasks}}}"""));

    private static IEnumerable<string> Codes(Compilation compilation) => compilation.Problems.Select(problem => $"{problem.Pointer} {problem.Code}");
}
