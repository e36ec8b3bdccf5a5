using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DataFlow.Engine.Templates;

namespace DataFlow.Benchmarks.Micro;

/// <summary>How long a template that is out to cost something runs until its limit stops it; the mark is a second.</summary>
[MemoryDiagnoser]
public class TemplateLimitBenchmark
{
    private ValueTemplate _template = null!;

    /// <summary>Texts and lists that grow, loops in loops, and expressions that search for ever.</summary>
    [Params(
        "{{ for a in 1..1000; for b in 1..1000; x = 1; end; end }}",
        "{{ x = 'a'; for i in 1..60; x = x + x; end; x }}",
        "{{ x = []; for i in 1..9999; x = [x]; end; x | object.to_json }}",
        "{{ regex.replace ('a' * 1000000) '' 'bb' }}",
        "{{ a = 'ab' * 500000; for i in 1..9999; b = a | string.upcase; end }}",
        "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex.replace '^(a+)+$' 'x' }}")]
    public string Template { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _template = ValueTemplate.Parse(JsonSerializer.SerializeToElement(Template)).Template ?? throw new InvalidOperationException("It does not parse.");

    [Benchmark]
    public string Render()
    {
        try
        {
            _template.Render(new Nothing());
            return "no limit";
        }
        catch (TemplateRenderException exception)
        {
            return exception.Fault.Code;
        }
    }

    private sealed class Nothing : ITemplateScope
    {
        public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

        public bool TryGet(ReferenceRoot root, string name, out JsonElement value)
        {
            value = default;
            return false;
        }
    }
}
