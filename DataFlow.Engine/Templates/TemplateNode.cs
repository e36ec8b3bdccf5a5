using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>A piece of a value, ready to be rendered.</summary>
internal abstract class TemplateNode
{
    public abstract void Write(Utf8JsonWriter writer, ITemplateScope scope);

    public virtual JsonElement Render(ITemplateScope scope) => JsonBuffer.Build(writer => Write(writer, scope));
}

/// <summary>A value without expressions: given back as it is.</summary>
internal sealed class ConstantNode(JsonElement value) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, ITemplateScope scope) => JsonBuffer.WriteRaw(writer, value);

    public override JsonElement Render(ITemplateScope scope) => value;
}

/// <summary>A string that is one direct expression: gives the referenced element itself, digits and all.</summary>
internal sealed class DirectNode(string pointer, DirectExpression expression) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, ITemplateScope scope) => JsonBuffer.WriteRaw(writer, Render(scope));

    public override JsonElement Render(ITemplateScope scope)
    {
        try
        {
            return expression.Evaluate(scope);
        }
        catch (EvaluationFailure failure)
        {
            throw new TemplateRenderException(new TemplateFault(pointer, failure.Code, failure.Message));
        }
    }
}

/// <summary>An object with an expression somewhere in it.</summary>
internal sealed class ObjectNode(ImmutableArray<(JsonEncodedText Name, TemplateNode Value)> members) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, ITemplateScope scope)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            value.Write(writer, scope);
        }

        writer.WriteEndObject();
    }
}

/// <summary>An array with an expression somewhere in it.</summary>
internal sealed class ArrayNode(ImmutableArray<TemplateNode> items) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, ITemplateScope scope)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            item.Write(writer, scope);
        }

        writer.WriteEndArray();
    }
}
