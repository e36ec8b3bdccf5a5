using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>What an expression gives, as far as it can be told without running it.</summary>
public enum ExpressionResult
{
    /// <summary>Only known at run time.</summary>
    Unknown,

    /// <summary>A string.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>One <c>{{ … }}</c> found in a value.</summary>
/// <param name="Pointer">JSON Pointer inside the value, of the string it stands in.</param>
/// <param name="Text">What stands between the braces, trimmed.</param>
/// <param name="IsWholeValue">Whether the string is this expression and nothing else, so that its type is kept.</param>
/// <param name="References">All references in it.</param>
/// <param name="Direct">The one reference it consists of (possibly with a default), when it is no more than that.</param>
/// <param name="Result">The type of what it gives, when it is not <paramref name="Direct"/>.</param>
public sealed record TemplateExpression(
    string Pointer, string Text, bool IsWholeValue, ImmutableArray<Reference> References, Reference? Direct, ExpressionResult Result);

/// <summary>The outcome of parsing: a template, or everything that is wrong with it.</summary>
/// <param name="Template">Set when there are no faults.</param>
/// <param name="Faults">All of them.</param>
public sealed record TemplateParse(ValueTemplate? Template, ImmutableArray<TemplateFault> Faults);

/// <summary>A JSON value with expressions in its strings, parsed once and rendered many times. Immutable and thread-safe.</summary>
public sealed class ValueTemplate
{
    private readonly TemplateNode root;

    internal ValueTemplate(JsonElement source, TemplateNode root, ImmutableArray<TemplateExpression> expressions)
    {
        Source = source;
        Expressions = expressions;
        this.root = root;
    }

    /// <summary>Parses every string in a JSON value. Never throws for what a user can write.</summary>
    /// <remarks>The value must live as long as the template: clone what belongs to a disposable document.</remarks>
    public static TemplateParse Parse(JsonElement source)
    {
        var compiler = new TemplateCompiler();
        var root = compiler.Compile(source, "");
        return compiler.Faults.Count == 0
            ? new TemplateParse(new ValueTemplate(source, root, [.. compiler.Expressions]), [])
            : new TemplateParse(null, [.. compiler.Faults]);
    }

    /// <summary>What it was parsed from.</summary>
    public JsonElement Source { get; }

    /// <summary>All expressions, in document order; empty: a constant.</summary>
    public ImmutableArray<TemplateExpression> Expressions { get; }

    /// <summary>Renders. Rendered values are never parsed again.</summary>
    /// <exception cref="TemplateRenderException">A reference is missing or null, or a limit was hit.</exception>
    public JsonElement Render(ITemplateScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return root.Render(scope);
    }
}
