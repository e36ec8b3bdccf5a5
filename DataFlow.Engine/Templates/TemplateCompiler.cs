using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using DataFlow.Engine.Templates.Scripting;

namespace DataFlow.Engine.Templates;

/// <summary>Turns a JSON value into nodes, collecting expressions and everything that is wrong.</summary>
internal sealed class TemplateCompiler
{
    public List<TemplateExpression> Expressions { get; } = [];

    public List<TemplateFault> Faults { get; } = [];

    public TemplateNode Compile(JsonElement value, string pointer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return CompileString(value, pointer);
            case JsonValueKind.Object:
                var members = ImmutableArray.CreateBuilder<(JsonEncodedText, TemplateNode)>();
                var constant = true;
                foreach (var member in value.EnumerateObject())
                {
                    if (NameOf(member) is not { } name)
                    {
                        return Fault(value, pointer, "template_syntax", "The name of a member is not valid Unicode.");
                    }

                    var node = Compile(member.Value, $"{pointer}/{Escape(name)}");
                    constant &= node is ConstantNode;
                    members.Add((JsonEncodedText.Encode(name, JsonBuffer.Writing.Encoder), node));
                }

                return constant ? new ConstantNode(value) : new ObjectNode(members.ToImmutable());
            case JsonValueKind.Array:
                var items = ImmutableArray.CreateBuilder<TemplateNode>();
                foreach (var item in value.EnumerateArray())
                {
                    items.Add(Compile(item, $"{pointer}/{items.Count}"));
                }

                return items.All(item => item is ConstantNode) ? new ConstantNode(value) : new ArrayNode(items.ToImmutable());
            default:
                return new ConstantNode(value);
        }
    }

    private TemplateNode CompileString(JsonElement value, string pointer)
    {
        // Most strings hold no brace at all; those are not even decoded. A brace can also hide behind an escape.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (!raw.ContainsAny("{\\"u8))
        {
            return new ConstantNode(value);
        }

        string source;
        try
        {
            source = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return raw.IndexOf("{{"u8) < 0 ? new ConstantNode(value) : Fault(value, pointer, "template_syntax", "The text is not valid Unicode.");
        }

        if (!source.Contains("{{", StringComparison.Ordinal) && !source.Contains("{%", StringComparison.Ordinal))
        {
            return new ConstantNode(value);
        }

        if (source.Length > TemplateLimits.SourceLength)
        {
            return Fault(value, pointer, "template_too_large", $"A template may have {TemplateLimits.SourceLength:N0} characters; this one has {source.Length:N0}.");
        }

        return CompileDirect(source, pointer) ?? CompileScript(value, source, pointer);
    }

    private TemplateNode? CompileDirect(string source, string pointer)
    {
        if (source.Contains("{%", StringComparison.Ordinal) || source.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var parts = ImmutableArray.CreateBuilder<TextPart>();
        var found = new List<(DirectExpression Expression, string Text)>();
        var at = 0;
        for (var open = source.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = source.IndexOf("{{", at, StringComparison.Ordinal))
        {
            var parser = new DirectParser(source, open);
            if (!parser.TryParse(out var expression, out var text))
            {
                return null;
            }

            if (open > at)
            {
                parts.Add(TextNode.Letters(source[at..open]));
            }

            parts.Add(new TextPart(default, expression));
            found.Add((expression, text));
            at = parser.End;
        }

        var whole = at == source.Length && parts.Count == 1;
        foreach (var (expression, text) in found)
        {
            Expressions.Add(new TemplateExpression(pointer, text, whole, expression.References, expression.Single, expression.Result));
        }

        if (whole)
        {
            return new DirectNode(pointer, found[0].Expression);
        }

        if (at < source.Length)
        {
            parts.Add(TextNode.Letters(source[at..]));
        }

        return new TextNode(pointer, parts.ToImmutable());
    }

    private TemplateNode CompileScript(JsonElement value, string source, string pointer)
    {
        var script = ScriptCompiler.Compile(source, pointer);
        if (script.Node is null)
        {
            Faults.AddRange(script.Faults);
            return new ConstantNode(value);
        }

        Expressions.AddRange(script.Expressions);
        return script.Node;
    }

    private ConstantNode Fault(JsonElement value, string pointer, string code, string message)
    {
        Faults.Add(new TemplateFault(pointer, code, message));
        return new ConstantNode(value);
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Escape(string name) =>
        name.Contains('~', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal)
            ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
            : name;
}
