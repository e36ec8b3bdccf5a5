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
    [InlineData("{{ 'x' | nope }}", "'nope' is not known.")]
    public void An_unknown_root_is_refused_with_what_was_meant(string template, string message)
    {
        var fault = Fault(template);

        Assert.Equal("unknown_root", fault.Code);
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
}
