using DataFlow.Engine.Templates;

namespace DataFlow.Tests.Templates;

/// <summary>What a template may cost: the process lives, whatever an author writes.</summary>
public sealed class TemplateLimitTests : TemplateTest
{
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
        // A small stack: what survives here has room to spare on the server's threads.
        OnSmallStack(() =>
        {
            foreach (var template in new[] { $"{{{{ {repeated}", $"{{{{ {repeated} }}}}", $"{{{{ 1{repeated}1 }}}}", $"a {{{{ {repeated} }}}} {{{{ end }}}}" })
            {
                var parse = ValueTemplate.Parse(Text(template));
                Assert.True(parse.Template is null ^ parse.Faults.IsEmpty);
            }
        });
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
    [InlineData("{{ regex.matches ('a' * 1000000) 'a' }}")]
    [InlineData("{{ regex.split ('a' * 1000000) '' }}")]
    [InlineData("{{ regex.replace ('a' * 1000000) '' 'bb' }}")]
    [InlineData("{{ regex.match 'x' ('[a-' * 300000) }}")]
    [InlineData("{{ x = 3; for i in 1..18; x = x * x; end; x }}")]
    [InlineData("{{ '1' * 1000000 | object.from_json }}")]
    [InlineData("{{ x = [1]; for i in 1..60; x = x + x; end; x }}")]
    [InlineData("{{ a = 'ab' * 500000; for i in 1..9999; b = a | string.upcase; end }}")]
    [InlineData("{{ ('<' * 1000000) | html.strip }}")]
    [InlineData("{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex.replace '^(a+)+$' 'x' }}")]
    public void A_costly_template_meets_its_limit_with_little_memory(string template)
    {
        var parsed = Parsed(template);
        // Once before, so that what is measured is not the compiler.
        Assert.Throws<TemplateRenderException>(() => parsed.Render(Given()));
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var failure = Assert.Throws<TemplateRenderException>(() => parsed.Render(Given())).Fault;

        Assert.True(failure.Code is "template_limit" or "template_output_limit", failure.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 160_000_000);
    }

    [Theory]
    [InlineData("{{ 1..100000000 | array.size }}")]
    [InlineData("{{ 'A' * 2e9 }}")]
    [InlineData("{{ 'A' | string.pad_left 2000000000 }}")]
    [InlineData("{{ for a in 1..1000; for b in 1..1000; for c in 1..1000; end; end; end }}")]
    [InlineData("{{ regex.match 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' '^(a+)+$' }}")]
    public void The_known_attacks_cost_next_to_nothing(string template)
    {
        var parsed = Parsed(template);
        Assert.Throws<TemplateRenderException>(() => parsed.Render(Given()));
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("template_limit", Assert.Throws<TemplateRenderException>(() => parsed.Render(Given())).Fault.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 20_000_000);
    }

    [Theory]
    [InlineData("[a-")]
    [InlineData("(")]
    [InlineData("(?:a|")]
    [InlineData("(?=")]
    [InlineData("a{0,9}?")]
    public void A_regular_expression_of_the_allowed_length_never_harms_the_process(string piece) => OnSmallStack(() =>
    {
        var pattern = string.Concat(Enumerable.Repeat(piece, TemplateLimits.PatternLength / piece.Length));

        Assert.Throws<TemplateRenderException>(() => Parsed("{{ regex.match 'aaaaaaaaaaaaaaaaaaaaaaaaab' (input.x + (']' * 2)) }}").Render(Given($$"""{"input": {"x": "{{pattern}}"} }""")));
    });

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

    private static void OnSmallStack(Action test)
    {
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    test();
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
