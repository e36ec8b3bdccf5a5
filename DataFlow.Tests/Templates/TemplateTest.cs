using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Templates;

namespace DataFlow.Tests.Templates;

/// <summary>What template tests say again and again.</summary>
public abstract class TemplateTest
{
    internal static Scope Given(string json = "{}") => new(json);

    internal static JsonElement Json(string json) => JsonElement.Parse(json);

    internal static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, EngineJson.Options);

    /// <summary>A template that must parse, from the text of a string.</summary>
    internal static ValueTemplate Parsed(string template)
    {
        var parse = ValueTemplate.Parse(Text(template));
        Assert.True(parse.Template is not null, string.Join("; ", parse.Faults));
        return parse.Template;
    }

    /// <summary>What a template gives, as JSON.</summary>
    internal static string Rendered(string template, Scope scope) => Parsed(template).Render(scope).GetRawText();

    /// <summary>The first thing wrong with a template that must not parse.</summary>
    internal static TemplateFault Fault(string template)
    {
        var parse = ValueTemplate.Parse(Text(template));
        Assert.Null(parse.Template);
        return parse.Faults[0];
    }

    /// <summary>How a template that parses fails when it is rendered.</summary>
    internal static TemplateFault Failure(string template, Scope scope)
    {
        var parsed = Parsed(template);
        return Assert.Throws<TemplateRenderException>(() => parsed.Render(scope)).Fault;
    }

    /// <summary>What expressions see, from one JSON document: <c>{"input": {…}, "refs": {task: output}, "item": …}</c>.</summary>
    internal sealed class Scope(string json) : ITemplateScope
    {
        private readonly JsonElement roots = JsonElement.Parse(json);

        public int Asked { get; private set; }

        public DateTimeOffset Now { get; init; } = new(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2));

        public bool TryGet(ReferenceRoot root, string name, out JsonElement value)
        {
            Asked++;
            var (group, isNamed) = root switch
            {
                ReferenceRoot.Input => ("input", true),
                ReferenceRoot.Task => ("refs", true),
                ReferenceRoot.Secret => ("secrets", true),
                ReferenceRoot.Item => ("item", false),
                ReferenceRoot.Index => ("index", false),
                ReferenceRoot.ExecutionId => ("execution", false),
                _ => ("workflow", false),
            };
            return roots.TryGetProperty(group, out value) && (!isNamed || value.TryGetProperty(name, out value));
        }
    }
}
