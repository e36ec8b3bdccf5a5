using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>References and literals joined by <c>??</c>: most expressions people write, rendered without an interpreter and without touching the value.</summary>
internal sealed class DirectExpression(ImmutableArray<DirectOperand> operands)
{
    public ImmutableArray<Reference> References { get; } = [.. operands.Where(operand => operand.Reference is not null).Select(operand => operand.Reference!)];

    /// <summary>The one reference, when there is nothing else than a literal default.</summary>
    public Reference? Single => operands is [_] or [_, { Reference: null }] ? operands[0].Reference : null;

    public ExpressionResult Result => operands is [{ Reference: null } literal] ? literal.Literal.ValueKind switch
    {
        JsonValueKind.String => ExpressionResult.String,
        JsonValueKind.True or JsonValueKind.False => ExpressionResult.Boolean,
        JsonValueKind.Number => literal.Literal.TryGetInt64(out _) ? ExpressionResult.Integer : ExpressionResult.Number,
        _ => ExpressionResult.Unknown,
    } : ExpressionResult.Unknown;

    /// <summary>The first operand that is there, as it is.</summary>
    /// <exception cref="EvaluationFailure">The last one is a reference and is missing or null.</exception>
    public JsonElement Evaluate(ITemplateScope scope)
    {
        foreach (var operand in operands)
        {
            if (operand.Reference is null)
            {
                if (operand.Literal.ValueKind != JsonValueKind.Null)
                {
                    return operand.Literal;
                }
            }
            else if (ReferenceResolver.TryResolve(scope, operand.Reference, out var value))
            {
                return value;
            }
        }

        return operands[^1].Reference is { } missing
            ? throw new EvaluationFailure("null_reference", ReferenceResolver.Explain(scope, missing))
            : EngineJson.Null;
    }
}

/// <summary>A reference, or a literal.</summary>
internal readonly record struct DirectOperand(Reference? Reference, JsonElement Literal);

/// <summary>An evaluation ended; becomes a <see cref="TemplateRenderException"/> where the pointer is known.</summary>
internal sealed class EvaluationFailure(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
