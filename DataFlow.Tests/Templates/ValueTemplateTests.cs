using System.Text.Json;
using DataFlow.Engine.Templates;

namespace DataFlow.Tests.Templates;

public sealed class ValueTemplateTests : TemplateTest
{
    [Theory]
    [InlineData("{{input.x}}", "1.10")]
    [InlineData("{{ input.big }}", "9007199254740993")]
    [InlineData("{{ input.long }}", "0.1234567890123456789012345678901234")]
    [InlineData("{{refs.task.output.y}}", "[1, 2.0]")]
    [InlineData("{{refs.task.output}}", """{"y": [1, 2.0], "x-y": {"z": [true]}}""")]
    [InlineData("{{refs.task.output.y[1]}}", "2.0")]
    [InlineData("{{refs.task.output.y[-1]}}", "2.0")]
    [InlineData("""{{refs.task.output["x-y"].z[0]}}""", "true")]
    [InlineData("{{item}}", "\"thing\"")]
    [InlineData("{{index}}", "3")]
    [InlineData("{{execution.id}}", "\"ex-1\"")]
    [InlineData("{{workflow.id}}", "\"wf-1\"")]
    [InlineData("{{secrets.KEY}}", "\"s3cret\"")]
    [InlineData("{{input.none ?? 'text'}}", "\"text\"")]
    [InlineData("{{input.none ?? 1.50}}", "1.50")]
    [InlineData("{{input.none ?? refs.task.output.y[0]}}", "1")]
    [InlineData("{{input.none ?? input.nil ?? false}}", "false")]
    [InlineData("{{input.none ?? null}}", "null")]
    [InlineData("{{input.none.deeper[3].still ?? 0}}", "0")]
    [InlineData("{{input.zero}}", "-0.00e0")]
    [InlineData("{{ 7 }}", "7")]
    public void A_string_that_is_one_reference_gives_the_value_untouched(string template, string expected) =>
        Assert.Equal(expected, Rendered(template, Given("""
            {"input": {"x": 1.10, "big": 9007199254740993, "long": 0.1234567890123456789012345678901234, "zero": -0.00e0, "nil": null}, "refs": {"task": {"y": [1, 2.0], "x-y": {"z": [true]}}},
             "item": "thing", "index": 3, "execution": "ex-1", "workflow": "wf-1", "secrets": {"KEY": "s3cret"}}
            """)));

    [Theory]
    [InlineData("a {{input.s}} b", "\"a x\\ty b\"")]
    [InlineData("{{input.n}}{{input.n}}", "\"1.101.10\"")]
    [InlineData(" {{input.n}}", "\" 1.10\"")]
    [InlineData("{{input.o}}!", "\"{\\\"a\\\":[1.0,null]}!\"")]
    [InlineData("{{input.b}}/{{input.none ?? ''}}/{{input.none ?? null}}", "\"true//\"")]
    public void Mixed_text_becomes_a_string(string template, string expected) =>
        Assert.Equal(expected, Rendered(template, Given("""{"input": {"s": "x\ty", "n": 1.10, "b": true, "o": {"a": [1.0, null]}}}""")));

    [Fact]
    public void A_value_without_expressions_is_given_back_itself()
    {
        var source = Json("""{"a": [1, "{ text }", 1.10], "{{input.x}}": "names are no templates"}""");
        var template = ValueTemplate.Parse(source).Template!;

        Assert.Empty(template.Expressions);
        Assert.Equal(source.GetRawText(), template.Render(Given()).GetRawText());
        Assert.Equal(source.GetRawText(), template.Source.GetRawText());
    }

    [Fact]
    public void Expressions_deep_in_a_value_are_rendered_where_they_stand()
    {
        var template = ValueTemplate.Parse(Json("""{"a": ["{{input.n}}", 1.10, {"b/c": "n={{input.n}}"}], "k": "{{ input.n + 1 }}", "c": null}""")).Template!;

        Assert.Equal("""{"a":[2.50,1.10,{"b/c":"n=2.50"}],"k":3.50,"c":null}""", template.Render(Given("""{"input": {"n": 2.50}}""")).GetRawText());
        Assert.Equal(["/a/0", "/a/2/b~1c", "/k"], template.Expressions.Select(expression => expression.Pointer));
    }

    [Theory]
    [InlineData("{{ 7*7 }}")]
    [InlineData("{{ input.other }}")]
    [InlineData("{%{ x }%}")]
    public void Values_are_never_evaluated(string hostile)
    {
        var scope = Given($$"""{"input": {"x": {{Text(hostile).GetRawText()}}, "other": "leaked"} }""");

        Assert.Equal(hostile, Parsed("{{input.x}}").Render(scope).GetString());
        Assert.Equal("a" + hostile, Parsed("a{{input.x}}").Render(scope).GetString());
        Assert.Equal(hostile + "!", Parsed("{{ input.x + '!' }}").Render(scope).GetString());
        Assert.Equal(hostile, Parsed("{{ if true }}{{ input.x }}{{ end }}").Render(scope).GetString());
    }

    [Theory]
    [InlineData("{{input.none}}", "'input.none' is missing: the input 'none' was not given.")]
    [InlineData("{{input.nil}}", "'input.nil' is null.")]
    [InlineData("{{input.o.b.c}}", "'input.o.b.c' is missing: 'input.o' has no 'b'.")]
    [InlineData("{{input.o.a[2]}}", "'input.o.a[2]' is missing: 'input.o.a' has no element 2.")]
    [InlineData("{{input.s.x}}", "'input.s.x' is missing: 'input.s' is a string and has no 'x'.")]
    [InlineData("{{refs.gone.output.x}}", "'refs.gone.output.x' is missing: the task 'gone' has no output.")]
    [InlineData("{{refs.skipped.output.x}}", "'refs.skipped.output.x' is missing: 'refs.skipped.output' is null.")]
    [InlineData("{{secrets.KEY}}", "'secrets.KEY' is missing: there is no secret 'KEY'.")]
    [InlineData("{{item}}", "'item' is missing: it exists only in a task with 'for_each'.")]
    [InlineData("{{ input.none ?? input.nil }}", "'input.nil' is null.")]
    [InlineData("text {{input.nil}}", "'input.nil' is null.")]
    [InlineData("{{ input.o.b.c + 1 }}", "'input.o.b.c' is missing: 'input.o' has no 'b'.")]
    [InlineData("{{ input.nil | string.upcase }}", "'input.nil' is null.")]
    [InlineData("{{ for x in input.none }}{{ end }}", "'input.none' is missing: the input 'none' was not given.")]
    [InlineData("{{ for x in input.list }}{{ x.b }}{{ end }}", "'x' is missing: 'x' has no 'b'.")]
    [InlineData("{{ (input.list)[0].b }}", "'the value[0]' is missing: 'the value[0]' has no 'b'.")]
    public void A_missing_or_null_reference_fails_and_says_what_is_missing(string template, string message)
    {
        var failure = Failure(template, Given("""{"input": {"nil": null, "o": {"a": [1, 2]}, "s": "text", "list": [{"a": 1}]}, "refs": {"skipped": null}}"""));

        Assert.Equal(("null_reference", message), (failure.Code, failure.Message));
    }

    [Fact]
    public void A_failure_points_to_the_string_it_happened_in()
    {
        var template = ValueTemplate.Parse(Json("""{"headers": {"A/B": "{{input.none}}"}}""")).Template!;

        Assert.Equal("/headers/A~1B", Assert.Throws<TemplateRenderException>(() => template.Render(Given())).Fault.Pointer);
    }

    [Theory]
    [InlineData("{{input.x ?? 5}}", "input.x ?? 5", true)]
    [InlineData("{{refs.a.output.b.c}}", "refs.a.output.b.c", true)]
    [InlineData("a {{ input.x }}", "input.x", false)]
    public void A_direct_reference_is_told_as_such(string template, string text, bool isWhole)
    {
        var expression = Assert.Single(Parsed(template).Expressions);

        Assert.Equal((text, isWhole), (expression.Text, expression.IsWholeValue));
        Assert.Equal(Assert.Single(expression.References), expression.Direct);
        Assert.Equal(text.Contains("??", StringComparison.Ordinal), expression.Direct!.HasDefault);
    }

    [Theory]
    [InlineData("{{ input.a + refs.t.output.b }}", "input.a refs.t.output.b")]
    [InlineData("{{ input.a ?? input.b ?? 'x' }}", "input.a? input.b?")]
    [InlineData("{{ (input.a ?? input.b) + 1 }}", "input.a? input.b")]
    [InlineData("{{ if input.a }}{{ input.b }}{{ end }}", "input.a? input.b")]
    [InlineData("{{ input.a == null && !input.b }}", "input.a? input.b?")]
    [InlineData("{{ input.a > 1 }}", "input.a")]
    [InlineData("{{ input.list[input.i].name }}", "input.i input.list[…].name")]
    [InlineData("{{ input.list[0]['x-y'] | array.size }}", "input.list[0][\"x-y\"]")]
    [InlineData("{{ input.a | object.default input.b }}", "input.a? input.b")]
    [InlineData("{{ input?.a?.b }}", "input.a.b?")]
    [InlineData("{{ [input.a, {k: item.b}] }}", "input.a item.b")]
    [InlineData("{{ $'{input.a}-{index}' }}", "input.a index")]
    [InlineData("{{ string.replace input.a input.b secrets.C }}", "input.a input.b secrets.C")]
    [InlineData("{{ x = input.a; x.b }}", "input.a")]
    [InlineData("{{ for item in refs.t.output.list }}{{ item.name }} {{ execution.id }}{{ end }}", "refs.t.output.list execution.id")]
    [InlineData("{{ case input.a; when input.b; 1; else; input.c; end }}", "input.a? input.b? input.c")]
    [InlineData("{{ 'input.no' # input.neither }}", "")]
    public void References_are_found_wherever_they_stand(string template, string expected) =>
        Assert.Equal(expected, string.Join(' ', Parsed(template).Expressions.SelectMany(expression => expression.References)
            .Select(reference => ReferenceText.Of(reference) + (reference.HasDefault ? "?" : ""))));

    [Fact]
    public void Each_pair_of_braces_is_an_expression_with_its_own_references()
    {
        var expressions = Parsed("a {{ if input.a }} b {{ input.b + 1 }} {{ end }} c").Expressions;

        Assert.Equal(["if input.a", "input.b + 1", "end"], expressions.Select(expression => expression.Text));
        Assert.Equal([1, 1, 0], expressions.Select(expression => expression.References.Length));
        Assert.All(expressions, expression => Assert.False(expression.IsWholeValue));
    }

    [Fact]
    public void Parsing_reports_every_fault_with_its_place()
    {
        var faults = ValueTemplate.Parse(Json("""{"a": "{{ 1 + }}", "b": ["{{ nope.x }}", "{{ string.upcas 'x' }}"]}""")).Faults;

        Assert.Equal([("/a", "template_syntax"), ("/b/0", "unknown_root"), ("/b/1", "unknown_function")], faults.Select(fault => (fault.Pointer, fault.Code)));
    }

    [Fact]
    public async Task One_template_serves_many_threads()
    {
        var template = Parsed("{{ for x in input.list }}{{ x }},{{ end }}{{ input.list | array.size }}");

        var rendered = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(() =>
            template.Render(Given($$$"""{"input": {"list": [{{{n}}}, {{{n}}}]}}""")).GetString())));

        Assert.Equal(Enumerable.Range(0, 64).Select(n => $"{n},{n},2"), rendered);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_crash()
    {
        Assert.NotEmpty(ValueTemplate.Parse(Json("""{"a": "\ud800 {{ input.x }}"}""")).Faults);
        Assert.NotEmpty(ValueTemplate.Parse(Json("""{"\ud800": 1}""")).Faults);
        Assert.Empty(ValueTemplate.Parse(Json("""{"a": "\ud800"}""")).Faults);
        Assert.Equal(JsonValueKind.String, Parsed("{{input.x}}").Render(Given("""{"input": {"x": "\ud800"}}""")).ValueKind);
        Assert.Equal("template_error", Failure("{{ input.x + '' }}", Given("""{"input": {"x": "\ud800"}}""")).Code);
    }
}
