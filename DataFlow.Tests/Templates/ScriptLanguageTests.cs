using System.Text.Json;
using DataFlow.Engine.Templates;

namespace DataFlow.Tests.Templates;

public sealed class ScriptLanguageTests : TemplateTest
{
    private const string Data = """
        {"input": {"n": 41, "d": 1.10, "big": 9007199254740993, "huge": 123456789012345678901234567890, "tiny": 1e-40, "text": "Hello", "empty": "",
                   "flag": false, "nil": null, "list": [3, 1, 2], "people": [{"name": "Bo", "age": 30}, {"name": "Al", "age": 5}], "obj": {"a": 1, "b": null}},
         "refs": {"a": {"items": [1, 2, 3]}}, "item": {"k": "v"}, "index": 2}
        """;

    [Theory]
    [InlineData("{{ input.n + 1 }}", "42")]
    [InlineData("{{ input.text | string.upcase }}", "\"HELLO\"")]
    [InlineData("{{ refs.a.output.items | array.size }}", "3")]
    [InlineData("{{ refs.a.output.items | array.size > 2 }}", "true")]
    [InlineData("{{ input.big + 1 }}", "9007199254740994")]
    [InlineData("{{ input.huge + 1 }}", "123456789012345678901234567891")]
    [InlineData("{{ input.huge + input.d }}", "1.2345678901234568E+29")]
    [InlineData("{{ input.d + 0.2 }}", "1.30")]
    [InlineData("{{ input.d * 3 }}", "3.30")]
    [InlineData("{{ input.tiny + 0.0 == 0 }}", "true")]
    [InlineData("{{ [input.d, input.big, input.huge, input.tiny] }}", "[1.10,9007199254740993,123456789012345678901234567890,1E-40]")]
    [InlineData("{{ 7 / 2 }}", "3.5")]
    [InlineData("{{ 6 / 2 }}", "3")]
    [InlineData("{{ 7 // 2 }}", "3")]
    [InlineData("{{ 7 % 4 }}", "3")]
    [InlineData("{{ -input.n }}", "-41")]
    [InlineData("{{ 2147483647 + 1 }}", "2147483648")]
    [InlineData("{{ 0.1 + 0.2 }}", "0.3")]
    [InlineData("{{ input.text + ' ' + input.n }}", "\"Hello 41\"")]
    [InlineData("{{ 'ab' * 3 }}", "\"ababab\"")]
    [InlineData("{{ $'{input.text}, {input.n + 1}!' }}", "\"Hello, 42!\"")]
    [InlineData("{{ input.n > 40 && input.text == 'Hello' }}", "true")]
    [InlineData("{{ !input.flag }}", "true")]
    [InlineData("{{ input.n > 40 ? 'big' : 'small' }}", "\"big\"")]
    [InlineData("{{ input.flag ? 1 : null }}", "null")]
    [InlineData("{{ [1, 'x', null, input.obj] }}", """[1,"x",null,{"a":1,"b":null}]""")]
    [InlineData("{{ {a: input.n, 'b-c': [true]} }}", """{"a":41,"b-c":[true]}""")]
    [InlineData("{{ 1..3 }}", "[1,2,3]")]
    [InlineData("{{ 1..<3 | array.map 'none' }}", "[]")]
    [InlineData("{{ input.list | array.sort | array.reverse }}", "[3,2,1]")]
    [InlineData("{{ input.people | array.sort 'age' | array.map 'name' | array.join ', ' }}", "\"Al, Bo\"")]
    [InlineData("{{ input.list | array.each @math.abs }}", "[3,1,2]")]
    [InlineData("{{ input.people[1].name }}", "\"Al\"")]
    [InlineData("{{ input.people[index - 1].name }}", "\"Al\"")]
    [InlineData("{{ input.people[0]['na' + 'me'] }}", "\"Bo\"")]
    [InlineData("{{ (input.people | array.first).age }}", "30")]
    [InlineData("{{ input.nil ?? 'x' | string.upcase }}", "\"X\"")]
    [InlineData("{{ (input.none.deep + 1) ?? 0 }}", "0")]
    [InlineData("{{ input.text ?? input.none.deep }}", "\"Hello\"")]
    [InlineData("{{ input.nil ?! 'there' }}", "null")]
    [InlineData("{{ input.none == null }}", "true")]
    [InlineData("{{ input.none || input.n }}", "true")]
    [InlineData("{{ input.none?.a?.b ?? 1 }}", "1")]
    [InlineData("{{ input.none.empty? }}", "true")]
    [InlineData("{{ input.list.empty? }}", "false")]
    [InlineData("{{ input.empty | object.default 'x' }}", "\"x\"")]
    [InlineData("{{ input.none | object.default 'x' }}", "\"x\"")]
    [InlineData("{{ input.none | string.empty }}", "true")]
    [InlineData("{{ string.replace text: input.text match: 'l' replace: 'L' }}", "\"HeLLo\"")]
    [InlineData("{{ input.text | string.slice 1 length: 3 }}", "\"ell\"")]
    [InlineData("{{ string.slice(input.text, 0, 1) }}", "\"H\"")]
    [InlineData("{{ regex.match input.text '(l+)o' }}", """["llo","ll"]""")]
    [InlineData("{{ input.obj | object.to_json }}", "\"{\\\"a\\\":1,\\\"b\\\":null}\"")]
    [InlineData("{{ '{\"x\": 1.10}' | object.from_json }}", """{"x":1.10}""")]
    [InlineData("{{ ('{\"x\": 1.10}' | object.from_json).x }}", "1.10")]
    [InlineData("{{ input.obj | object.keys }}", """["a","b"]""")]
    [InlineData("{{ 2.345 | math.round 2 }}", "2.34")]
    [InlineData("{{ input.big | math.round }}", "9007199254740993")]
    [InlineData("{{ 2.1 | math.ceil }}", "3")]
    [InlineData("{{ math.abs (0 - input.huge) }}", "123456789012345678901234567890")]
    [InlineData("{{ math.abs (0 - 1.50) }}", "1.50")]
    [InlineData("{{ math.abs (-5) }}", "5")]
    [InlineData("{{ regex.matches 'a1B2' '[A-Z](.)' 'i' }}", """[["a1","1"],["B2","2"]]""")]
    [InlineData("{{ 1..9999 | array.size }}", "9999")]
    [InlineData("{{ date.now }}", "\"2026-02-03T02:05:06Z\"")]
    [InlineData("{{ date.now | date.to_string '%Y-%m-%d %H:%M' }}", "\"2026-02-03 02:05\"")]
    [InlineData("{{ date.now.year + 1 }}", "2027")]
    [InlineData("{{ date.parse '2020-02-29T23:00:00-02:00' | date.add_days 1 }}", "\"2020-03-02T01:00:00Z\"")]
    [InlineData("{{ date.parse '29/02/2020' '%d/%m/%Y' }}", "\"2020-02-29T00:00:00Z\"")]
    [InlineData("{{ (date.now - date.parse '2026-02-02').total_hours | math.floor }}", "26")]
    [InlineData("{{ timespan.from_hours 1.5 }}", "\"01:30:00\"")]
    [InlineData("{{- input.n + 1 -}}", "42")]
    [InlineData("{{ item.k + index }}", "\"v2\"")]
    [InlineData("{{ 0x10 + 1 }}", "17")]
    [InlineData("{{\n  input.n\n}}", "41")]
    public void A_string_that_is_one_expression_keeps_the_type_of_its_result(string template, string expected) =>
        Assert.Equal(expected.Trim(), Rendered(template, Given(Data)));

    [Theory]
    [InlineData("{{ if input.n > 40 }}big{{ else if input.n > 10 }}middle{{ else }}small{{ end }}", "big")]
    [InlineData("{{ if input.none }}yes{{ else }}no{{ end }}", "no")]
    [InlineData("{{ for x in input.list }}{{ x }}{{ if !for.last }}, {{ end }}{{ end }}", "3, 1, 2")]
    [InlineData("{{ for x in input.list }}{{ for.index }}{{ for.first }}{{ for.length }}{{ for.rindex }};{{ end }}", "0true32;1false31;2false30;")]
    [InlineData("{{ for x in input.list offset: 1 limit: 1 }}{{ x }}{{ end }}", "1")]
    [InlineData("{{ for x in input.list reversed }}{{ x }}{{ end }}", "213")]
    [InlineData("{{ for x in [] }}a{{ else }}none{{ end }}", "none")]
    [InlineData("{{ for x in 1..9 }}{{ if x == 2; continue; end; if x == 5; break; end }}{{ x }}{{ end }}", "134")]
    [InlineData("{{ for p in input.people }}{{ for x in input.list }}{{ p.name }}{{ x }} {{ end }}{{ end }}", "Bo3 Bo1 Bo2 Al3 Al1 Al2 ")]
    [InlineData("{{ for item in input.people }}{{ item.name }}{{ end }}-{{ item.k }}", "BoAl-v")]
    [InlineData("{{ for pair in input.obj }}{{ pair.key }}={{ pair.value ?? '-' }} {{ end }}", "a=1 b=- ")]
    [InlineData("{{ for i in 1..9999; end; for i in 1..9999; end }}done", "done")]
    [InlineData("{{ total = 0; for p in input.people; total += p.age; end }}sum {{ total }}", "sum 35")]
    [InlineData("{{ i = 1; i++; i++; i-- }}{{ i }}", "2")]
    [InlineData("{{ capture hi }}Hi {{ input.text }}{{ end }}{{ hi }}! {{ hi | string.size }}", "Hi Hello! 8")]
    [InlineData("{{ case input.n; when 1, 2; 'few'; when 41; 'many'; else; 'none'; end }}", "many")]
    [InlineData("{{ case input.none; when 1; 'one'; else; 'else'; end }}", "else")]
    [InlineData("a  {{~ input.n + 1 ~}}  b {{- 1 + 1 -}} c", "a42b2c")]
    [InlineData("{{ input.n + 1 }}{{ input.n }}", "4241")]
    [InlineData("line\n    {{ 'x\ny' + '' }}\nend", "line\n    x\ny\nend")]
    [InlineData("{%{ {{ input.n }} }%} is {{ input.n }}", " {{ input.n }}  is 41")]
    [InlineData("{%{{{}%}", "{{")]
    [InlineData("{{ # a comment }}x", "x")]
    [InlineData("{{ '}}' + \"{{\" }}!", "}}{{!")]
    [InlineData("{{ input.list }} {{ input.obj + '' }} {{ date.now }} {{ input.d + 0 }}", """[3,1,2] {"a":1,"b":null} 2026-02-03T02:05:06Z 1.10""")]
    [InlineData("{{ input.flag ? 1 : null }}|{{ input.list | array.first }}", "|3")]
    public void Text_templates_become_text(string template, string expected) =>
        Assert.Equal(expected, Parsed(template).Render(Given(Data)).GetString());

    [Theory]
    [InlineData("{{ input.n + 1 }}", true)]
    [InlineData("{{- input.n + 1 -}}", true)]
    [InlineData("{{ input.n + 1 }} ", false)]
    [InlineData("{{ for x in input.list; x; end }}", false)]
    [InlineData("{{ x = 1 }}", false)]
    [InlineData("{{ 1; 2 }}", false)]
    public void Statements_and_surrounding_letters_make_text(string template, bool isWhole)
    {
        Assert.Equal(isWhole, Parsed(template).Expressions[0].IsWholeValue);
        Assert.Equal(isWhole, Parsed(template).Render(Given(Data)).ValueKind != JsonValueKind.String);
    }

    [Theory]
    [InlineData("{{ 1 + 1 }}", ExpressionResult.Integer)]
    [InlineData("{{ 1 + 1.5 }}", ExpressionResult.Number)]
    [InlineData("{{ 4 / 2 }}", ExpressionResult.Number)]
    [InlineData("{{ input.a + 1 }}", ExpressionResult.Unknown)]
    [InlineData("{{ input.a + 'x' }}", ExpressionResult.String)]
    [InlineData("{{ input.a > 1 }}", ExpressionResult.Boolean)]
    [InlineData("{{ !input.a }}", ExpressionResult.Boolean)]
    [InlineData("{{ input.a | string.upcase }}", ExpressionResult.String)]
    [InlineData("{{ input.a | array.size }}", ExpressionResult.Integer)]
    [InlineData("{{ input.a | array.size > 1 }}", ExpressionResult.Boolean)]
    [InlineData("{{ input.a | string.split ',' | array.first }}", ExpressionResult.Unknown)]
    [InlineData("{{ [input.a] }}", ExpressionResult.Array)]
    [InlineData("{{ {a: 1} }}", ExpressionResult.Object)]
    [InlineData("{{ input.a ? 1 : 2 }}", ExpressionResult.Integer)]
    [InlineData("{{ input.a ? 1 : 'x' }}", ExpressionResult.Unknown)]
    [InlineData("{{ ('a' | string.size) ?? 2 }}", ExpressionResult.Integer)]
    [InlineData("{{ 1..3 }}", ExpressionResult.Array)]
    [InlineData("{{ $'{input.a}' }}", ExpressionResult.String)]
    [InlineData("{{ 'literal' }}", ExpressionResult.String)]
    [InlineData("{{ 1.5 }}", ExpressionResult.Number)]
    [InlineData("{{ for x in input.a; x; end }}", ExpressionResult.String)]
    [InlineData("{{ date.now }}", ExpressionResult.String)]
    public void The_type_of_a_result_is_told_as_far_as_it_is_sure(string template, ExpressionResult expected) =>
        Assert.Equal(expected, Parsed(template).Expressions[0].Result);

    [Theory]
    [InlineData("{{ 1 / 0.0 }}")]
    [InlineData("{{ 1 / 0 }}")]
    [InlineData("{{ 1 // 0 }}")]
    [InlineData("{{ 'x' - 1 }}")]
    [InlineData("{{ input.list - 1 }}")]
    [InlineData("{{ 'x' | math.round }}")]
    [InlineData("{{ 'canary' | date.parse }}")]
    [InlineData("{{ 'canary' | date.parse '%Y' }}")]
    [InlineData("{{ 'canary' | object.from_json }}")]
    [InlineData("{{ 'canary' | string.base64_decode }}")]
    [InlineData("{{ 'canary' | string.pad_left 'canary' }}")]
    [InlineData("{{ regex.match 'x' '(canary' }}")]
    [InlineData("{{ [@string.upcase] }}")]
    [InlineData("{{ input.list | array.each 'canary' }}")]
    [InlineData("{{ 'canary' | array.size }}")]
    [InlineData("{{ input.obj | array.first }}")]
    [InlineData("{{ 1..'canary' }}")]
    [InlineData("{{ 'canary' | object.keys | array.add_range 'canary' }}")]
    [InlineData("{{ string.slice 'canary' 'canary' }}")]
    [InlineData("{{ 'canary' * 'canary' }}")]
    [InlineData("{{ for x in 'canary' }}{{ end }}")]
    [InlineData("{{ input.list[1.5] }}")]
    [InlineData("{{ if input.flag; x = 1; end; x }}")]
    [InlineData("{{ math.format 1 'Q' }}")]
    public void What_can_not_be_computed_fails_without_quoting_values(string template)
    {
        var failure = Failure(template, Given(Data));

        Assert.Equal("template_error", failure.Code);
        Assert.DoesNotContain("canary", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<input>", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_culture_of_the_thread_does_not_matter()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        try
        {
            var comma = (System.Globalization.CultureInfo)before.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            Thread.CurrentThread.CurrentCulture = comma;

            Assert.Equal("\"1.5 2.5 1.50 2.5\"", Rendered("{{ 1.5 }} {{ '2.5' | string.to_double }} {{ 1.5 | math.format 'F2' }} {{ 5 / 2 }}", Given()));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }
}
