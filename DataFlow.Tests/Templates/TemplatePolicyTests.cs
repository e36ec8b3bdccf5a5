using System.Diagnostics;
using DataFlow.Engine.Templates;
using DataFlow.Engine.Templates.Scripting;
using Scriban;
using Scriban.Runtime;

namespace DataFlow.Tests.Templates;

/// <summary>What templates may not do, each line of the policy.</summary>
public sealed class TemplatePolicyTests : TemplateTest
{
    [Theory]
    [InlineData("{{ input.x", "1:1")]
    [InlineData("ab\nc {{ input.x", "2:3")]
    [InlineData("{{ end }}", "1:")]
    [InlineData("{{ 1 + }}", "1:8")]
    [InlineData("{{ }}", "")]
    [InlineData("{{ if true }}x", "")]
    [InlineData("{{ input.x | }}", "1:")]
    [InlineData("{{ input.a input.b }}", "1:4")]
    [InlineData("{{ input.a | input.b }}", "")]
    [InlineData("{{ 'x' | 5 }}", "")]
    [InlineData("{{ 'abc }}", "")]
    [InlineData("{{ string.upcase }}", "1:4")]
    [InlineData("{{ string.upcase 'a' 'b' }}", "1:4")]
    [InlineData("{{ string.slice 'a' begin: 1 }}", "1:")]
    [InlineData("{{ break }}", "1:4")]
    [InlineData("{{ 1e999999999 }}", "1:4")]
    [InlineData("{{ input.x + 1 }}\0{{ input.y }}", "1:")]
    [InlineData("{%{ open", "1:1")]
    public void A_syntax_fault_says_where(string template, string place)
    {
        var fault = Fault(template);

        Assert.Equal("template_syntax", fault.Code);
        Assert.StartsWith(place, fault.Message, StringComparison.Ordinal);
        Assert.Matches("^[0-9]+:[0-9]+: ", fault.Message);
    }

    [Theory]
    [InlineData("{{ object.eval '1' }}", "object.eval")]
    [InlineData("{{ '1' | object.eval }}", "object.eval")]
    [InlineData("{{ '1' | object.eval_template }}", "object.eval_template")]
    [InlineData("{{ include 'x' }}", "include")]
    [InlineData("{{ include_join ['x'] ',' }}", "include_join")]
    [InlineData("{{ import input.x }}", "import")]
    [InlineData("{{ func f; ret 1; end }}", "func")]
    [InlineData("{{ f(x) = x + 1 }}", "func")]
    [InlineData("{{ input.x | array.each do; ret $0; end }}", "do")]
    [InlineData("{{ while true; end }}", "while")]
    [InlineData("{{ wrap include; end }}", "wrap")]
    [InlineData("{{ with input; x; end }}", "with")]
    [InlineData("{{ this.input }}", "this")]
    [InlineData("{{ this['input'] }}", "this")]
    [InlineData("{{ ret 1 }}", "ret")]
    [InlineData("{{ readonly x }}", "readonly")]
    [InlineData("{{ tablerow x in input.x; end }}", "tablerow")]
    [InlineData("{{ input = 1 }}", "input")]
    [InlineData("{{ input.x = 1 }}", "assigning")]
    [InlineData("{{ refs.a.output.x += 1 }}", "assigning")]
    [InlineData("{{ x = {}; x.y = 1 }}", "assigning")]
    [InlineData("{{ string = 1 }}", "string")]
    [InlineData("{{ date.format = 'x' }}", "assigning")]
    [InlineData("{{ capture refs }}x{{ end }}", "refs")]
    [InlineData("{{ for input in [1]; end }}", "input")]
    [InlineData("{{ input.x++ }}", "assigning")]
    [InlineData("{{ $0 }}", "$")]
    [InlineData("{{ string.upcase ^input.x }}", "^")]
    [InlineData("{{ [@input.x] }}", "@")]
    [InlineData("{{ object.kind input.x }}", "object.kind")]
    public void What_is_forbidden_is_named(string template, string construct)
    {
        var fault = Fault(template);

        Assert.Equal("template_forbidden", fault.Code);
        Assert.Contains(construct, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ tasks.x.outputs.y }}", "Did you mean 'refs.x.output.y'?")]
    [InlineData("{{ tasks.x.y }}", "Did you mean 'refs.x.output.y'?")]
    [InlineData("{{ inputs.x }}", "Did you mean 'input.x'?")]
    [InlineData("{{ inptu.x }}", "Did you mean 'input'?")]
    [InlineData("{{ refs.x.outputs }}", "Did you mean 'refs.x.output'?")]
    [InlineData("{{ refs.x.y }}", "Did you mean 'refs.x.output'?")]
    [InlineData("{{ secret.KEY }}", "Did you mean 'secrets.KEY'?")]
    [InlineData("{{ execution.ident }}", "Did you mean 'execution.id'?")]
    [InlineData("{{ if tasks.x.outputs.y }}{{ end }}", "Did you mean 'refs.x.output.y'?")]
    [InlineData("{{ input.x + nmae }}", "'nmae' is not known.")]
    [InlineData("{{ name = 1; nmae }}", "Did you mean 'name'?")]
    [InlineData("{{ for x in input.x; end; x }}", "'x' is not known.")]
    [InlineData("{{ input }}", "'input.url'")]
    [InlineData("{{ input[index] }}", "'input.url'")]
    [InlineData("{{ refs }}", "'refs.download.output.text'")]
    [InlineData("{{ secrets.A.B }}", "'secrets.API_KEY'")]
    [InlineData("{{ index.x }}", "'index' is a number")]
    [InlineData("{{ __proto__ }}", "'__proto__' is not known.")]
    [InlineData("{{ nope 'x' }}", "'nope' is not known.")]
    [InlineData("{{ 'x' | nope }}", "'nope' is not a function")]
    public void An_unknown_root_is_refused_with_what_was_meant(string template, string message)
    {
        var fault = Fault(template);

        Assert.Equal(template.Contains('|', StringComparison.Ordinal) ? "template_syntax" : "unknown_root", fault.Code);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ 'x' | string.upcas }}", "Did you mean 'string.upcase'?")]
    [InlineData("{{ array }}", "'array' must be followed by the name of a function.")]
    [InlineData("{{ string.GetType }}", "'string.GetType' is not a function.")]
    public void An_unknown_function_is_refused_with_what_was_meant(string template, string message)
    {
        var fault = Fault(template);

        Assert.Equal("unknown_function", fault.Code);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    [InlineData("ToString")]
    [InlineData("GetType")]
    [InlineData("Length")]
    [InlineData("length")]
    public void Nothing_of_the_runtime_can_be_reached(string member)
    {
        const string data = """{"input": {"s": "x", "n": 1, "o": {}, "a": [1]}}""";
        foreach (var path in new[] { "input.s", "input.n", "input.o", "input.a" })
        {
            Assert.Equal("null_reference", Failure($"{{{{ {path}.{member} }}}}", Given(data)).Code);
            Assert.Equal("null_reference", Failure($"{{{{ x = {path}; x.{member} }}}}", Given(data)).Code);
            Assert.Equal("[]", Rendered($"{{{{ [{path}] | array.map '{member}' }}}}", Given(data)));
        }

        Assert.Equal("null_reference", Failure($"{{{{ date.now.{member} }}}}", Given(data)).Code);
    }

    [Fact]
    public void The_functions_are_those_of_an_allowlist_that_covers_the_library_in_use()
    {
        var library = TemplateContext.GetDefaultBuiltinObject();
        var names = library.SelectMany(pair => pair.Value is ScriptObject group and not IScriptCustomFunction || pair.Key == "date"
            ? ((ScriptObject)pair.Value!).Keys.Select(name => $"{pair.Key}.{name}")
            : [pair.Key]);

        Assert.Equal(
            names.Except(["empty", "blank"]).Order(StringComparer.Ordinal),
            ScriptFunctionTable.Allowed.Select(function => function.Name).Concat(ScriptFunctionTable.Forbidden.Select(function => function.Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_functions_can_be_listed()
    {
        var replace = Assert.Single(TemplateFunctions.All, function => function.Name == "string.replace");

        Assert.Equal(("string.replace(text, match, replace)", ExpressionResult.String), (replace.Signature, replace.Result));
        Assert.Equal("string.slice(text, start, length?)", TemplateFunctions.All.Single(function => function.Name == "string.slice").Signature);
        Assert.All(TemplateFunctions.All, function => Assert.EndsWith(".", function.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void A_template_may_be_64_KB_long()
    {
        var limit = 64 * 1024;
        Assert.Equal("template_too_large", Fault("{{ input.x }}" + new string('a', limit)).Code);
        Assert.Equal("template_too_large", Fault("{{ " + new string(' ', limit) + "1 }}").Code);
        Assert.Null(ValueTemplate.Parse(Text(new string('a', 2 * limit))).Faults.FirstOrDefault());
        Assert.Equal(limit, Parsed("{{ input.x }}" + new string('a', limit - 13)).Source.GetString()!.Length);
    }

    [Fact]
    public void A_template_may_have_5000_nodes()
    {
        Assert.Equal("template_too_large", Fault(string.Concat(Enumerable.Repeat("{{ 1+1 }}", 1300))).Code);
        Assert.NotNull(Parsed(string.Concat(Enumerable.Repeat("{{ 1+1 }}", 1200))));
    }

    public static TheoryData<string, int> Hostile()
    {
        var data = new TheoryData<string, int>();
        foreach (var opening in new[] { "(", "[", "{", "{a:", "!", "-", "+", "@", "^", "++", "--", "$'{", "a[", "a.b(", "string.upcase(", "(!", "[-", "1?", "1?1:", "1+", "1|", "a|", "x=", "a?.", "if a;", "for x in a;", "case 1; when 1;", "else if 1;", "f ", "do;", "func f;", "!(", "`", "'", "#", "##", "{{", "}}", "%{", "1..", "a ", "a: ", "1 ?? ", "\\", "\u00e9", "0x", "0b", "1e", "9", "1_" })
        {
            foreach (var length in new[] { 120, 8_000, 60_000 })
            {
                data.Add(opening, length);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_nesting_never_harms_the_process(string opening, int length)
    {
        var repeated = string.Concat(Enumerable.Repeat(opening, length / opening.Length));
        var watch = Stopwatch.StartNew();
        // A small stack: what survives here has room to spare on the server's threads.
        ValueTemplateOutcome([$"{{{{ {repeated}", $"{{{{ {repeated} }}}}", $"{{{{ 1{repeated}1 }}}}", $"a {{{{ {repeated} }}}} {{{{ end }}}}"]);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{opening} took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("!", "")]
    [InlineData("{a:", "}")]
    public void Nesting_is_refused_before_the_parser_sees_it(string open, string close)
    {
        string Nested(int depth) => $"{{{{ {string.Concat(Enumerable.Repeat(open, depth))}1{string.Concat(Enumerable.Repeat(close, depth))} }}}}";

        Assert.Equal("template_too_deep", Fault(Nested(8000)).Code);
        Assert.Equal(("template_too_deep", "Brackets or operators are nested deeper than 100."), (Fault(Nested(101)).Code, Fault(Nested(101)).Message));
        Assert.Equal(("template_too_deep", "An expression is nested deeper than 50."), (Fault(Nested(60)).Code, Fault(Nested(60)).Message));
        Assert.NotNull(Parsed(Nested(15)));
    }

    [Theory]
    [InlineData("{{ 1..100000000 | array.size }}")]
    [InlineData("{{ 1..20000 }}")]
    [InlineData("{{ 'A' * 2000000000 }}")]
    [InlineData("{{ 'A' * 2e9 }}")]
    [InlineData("{{ 'A' | string.pad_left 2000000000 }}")]
    [InlineData("{{ 'A' | string.pad_right 2000000000 }}")]
    [InlineData("{{ for a in 1..1000; for b in 1..1000; for c in 1..1000; end; end; end }}")]
    [InlineData("{{ for a in 1..1000; for b in 1..1000; x = 1; end; end }}")]
    [InlineData("{{ [1] * 2000000000 }}")]
    [InlineData("{{ [] | array.insert_at 2000000000 1 }}")]
    [InlineData("{{ 1 << 2000000000 }}")]
    [InlineData("{{ x = 2; for i in 1..60; x = x * x; end; x }}")]
    [InlineData("{{ x = 'a'; for i in 1..60; x = x + x; end; x }}")]
    [InlineData("{{ x = [1]; for i in 1..60; x = array.concat x x; end; x }}")]
    [InlineData("{{ x = 'a'; for i in 1..60; x = string.append x x; end; x }}")]
    [InlineData("{{ x = 'aaaa'; for i in 1..60; x = x | string.replace 'a' 'aaaa'; end; x }}")]
    [InlineData("{{ x = ['a' * 1000000]; for i in 1..10; x = array.concat x x; end; x | array.join '' }}")]
    [InlineData("{{ x = []; for i in 1..9999; x = [x]; end; x }}")]
    [InlineData("{{ x = []; for i in 1..9999; x = [x]; end; x | object.to_json }}")]
    [InlineData("{{ x = []; for i in 1..9999; x = [x]; end; x == [x] }}")]
    [InlineData("{{ x = []; for i in 1..9999; x = array.add x ('a' * 500000 + i); end }}")]
    [InlineData("{{ math.format 1 'D999999999' }}")]
    [InlineData("{{ a = 'a' * 1000000; b = 'a' * 500000; string.contains a b }}")]
    [InlineData("{{ regex.match 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' '^(a+)+$' }}")]
    [InlineData("{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex.replace '^(a+)+$' 'x' }}")]
    public void A_costly_template_fails_fast_with_little_memory(string template)
    {
        var parsed = Parsed(template);
        // Once before, so that what is measured is not the compiler.
        Assert.Throws<TemplateRenderException>(() => parsed.Render(Given()));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        var failure = Assert.Throws<TemplateRenderException>(() => parsed.Render(Given())).Fault;

        Assert.True(failure.Code is "template_limit" or "template_output_limit", failure.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 160_000_000);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("{{ for i in 1..2; 'a' * 600000; end }}")]
    [InlineData("{{ [input.x, input.x] }}")]
    [InlineData("{{ input.x + input.x }}")]
    [InlineData("{{input.x}}{{input.x}}")]
    [InlineData("{{input.x}}{{ input.x | string.upcase }}")]
    [InlineData("{{ input.x | html.escape }}")]
    [InlineData("{{ capture y }}{{ input.x }}{{ input.x }}{{ end }}")]
    public void Output_that_is_too_long_fails_and_is_never_cut(string template)
    {
        var scope = Given($$"""{"input": {"x": "{{new string('<', 600_000)}}"} }""");

        Assert.Equal("template_output_limit", Failure(template, scope).Code);
    }

    [Theory]
    [InlineData("{{ input.x + '' }}")]
    [InlineData("{{input.x}}{{input.none ?? ''}}")]
    [InlineData("{{ if true }}{{ input.x }}{{ end }}")]
    public void Output_may_be_as_long_as_the_limit(string template)
    {
        var longest = new string('é', TemplateLimits.OutputLength);
        Assert.Equal(longest, Parsed(template).Render(Given($$"""{"input": {"x": "{{longest}}"} }""")).GetString());
        Assert.Equal("template_output_limit", Failure(template, Given($$"""{"input": {"x": "{{longest}}é"} }""")).Code);
    }

    [Fact]
    public void A_whole_reference_has_no_limit()
    {
        var large = new string('a', 2 * TemplateLimits.OutputLength);

        Assert.Equal(large, Parsed("{{input.x}}").Render(Given($$"""{"input": {"x": "{{large}}"} }""")).GetString());
    }

    [Fact]
    public void Reading_a_huge_value_into_an_expression_is_limited()
    {
        var scope = Given($$"""{"input": {"x": [{{string.Join(',', Enumerable.Range(0, 150_000))}}]} }""");

        Assert.Equal("template_limit", Failure("{{ input.x | array.size }}", scope).Code);
        Assert.Equal("7", Rendered("{{ input.x[index] + 0 }}", Given("""{"input": {"x": [6, 7]}, "index": 1}""")));
        Assert.Equal("149999", Rendered("{{ input.x[-1] + 0 }}", scope));
    }

    [Fact]
    public void Only_what_is_referenced_is_asked_for()
    {
        var scope = Given("""{"input": {"x": 1, "y": 2}}""");

        Assert.Equal("2", Rendered("{{ input.x + 1 }}", scope));
        Assert.Equal(1, scope.Asked);
    }

    private static void ValueTemplateOutcome(string[] templates)
    {
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    foreach (var template in templates)
                    {
                        var parse = ValueTemplate.Parse(Text(template));
                        Assert.True(parse.Template is null ^ parse.Faults.IsEmpty);
                    }
                }
                catch (Exception exception)
                {
                    thrown = exception;
                }
            },
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
    }
}
