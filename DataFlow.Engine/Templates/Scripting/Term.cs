using System.Numerics;
using Scriban.Runtime;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>An expression, bound and ready. Immutable.</summary>
internal abstract class Term(ExpressionResult result)
{
    /// <summary>The type of what it gives, as far as it can be told.</summary>
    public ExpressionResult Result { get; } = result;

    public abstract object? Evaluate(Evaluation evaluation);
}

internal sealed class LiteralTerm(object? value) : Term(ScriptValues.ResultOf(value))
{
    public object? Value => value;

    public override object? Evaluate(Evaluation evaluation) => value;
}

internal sealed class VariableTerm(int slot, string name) : Term(ExpressionResult.Unknown)
{
    public override object? Evaluate(Evaluation evaluation) => evaluation.Slots[slot] is var value && ReferenceEquals(value, Evaluation.Unassigned)
        ? throw new EvaluationFailure("template_error", $"The variable '{name}' has no value yet.")
        : value;
}

internal sealed class BinaryTerm(ScriptBinaryOperator operation, Term left, Term right, ExpressionResult result) : Term(result)
{
    public override object? Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var first = left.Evaluate(evaluation);
        switch (operation)
        {
            case ScriptBinaryOperator.And:
                return evaluation.ToBool(default, first) && evaluation.ToBool(default, right.Evaluate(evaluation));
            case ScriptBinaryOperator.Or:
                return evaluation.ToBool(default, first) || evaluation.ToBool(default, right.Evaluate(evaluation));
            case ScriptBinaryOperator.EmptyCoalescing:
                return first ?? right.Evaluate(evaluation);
            case ScriptBinaryOperator.NotEmptyCoalescing:
                return first is null ? null : right.Evaluate(evaluation);
        }

        var second = right.Evaluate(evaluation);
        (first, second) = Align(first, second);
        try
        {
            return ScriptValues.Settle(ScriptBinaryExpression.Evaluate(evaluation, default, operation, first, second), evaluation);
        }
        catch (ScriptRuntimeException exception) when (IsAboutTypes(exception.OriginalMessage))
        {
            throw new EvaluationFailure(
                "template_error", $"The operator '{operation.ToText()}' does not work between {ScriptValues.Describe(first)} and {ScriptValues.Describe(second)}.");
        }
    }

    private static bool IsAboutTypes(string message) =>
        message.StartsWith("Unsupported types", StringComparison.Ordinal)
        || message.StartsWith("Operator", StringComparison.Ordinal)
        || message.StartsWith("The operator", StringComparison.Ordinal)
        || message.StartsWith("Unable to convert", StringComparison.Ordinal)
        || message.StartsWith("Expecting an integer", StringComparison.Ordinal);

    // The library can not mix these two.
    private static (object?, object?) Align(object? left, object? right) => (left, right) switch
    {
        (BigInteger big, decimal number) => ((double)big, (double)number),
        (decimal number, BigInteger big) => ((double)number, (double)big),
        _ => (left, right),
    };
}

internal sealed class UnaryTerm(ScriptUnaryOperator operation, Term operand, ExpressionResult result) : Term(result)
{
    public override object? Evaluate(Evaluation evaluation) =>
        ScriptUnaryExpression.Evaluate(evaluation, default, operation, operand.Evaluate(evaluation));
}

internal sealed class ConditionalTerm(Term condition, Term then, Term otherwise)
    : Term(then.Result == otherwise.Result ? then.Result : ExpressionResult.Unknown)
{
    public override object? Evaluate(Evaluation evaluation) =>
        evaluation.ToBool(default, condition.Evaluate(evaluation)) ? then.Evaluate(evaluation) : otherwise.Evaluate(evaluation);
}

/// <summary><c>x.empty?</c></summary>
internal sealed class EmptyTerm(Term operand) : Term(ExpressionResult.Boolean)
{
    public override object? Evaluate(Evaluation evaluation) => operand.Evaluate(evaluation) switch
    {
        null => true,
        string text => text.Length == 0,
        ScriptArray array => array.Count == 0,
        ScriptObject map => map.Count == 0,
        _ => false,
    };
}

internal sealed class ArrayTerm(Term[] items) : Term(ExpressionResult.Array)
{
    public override object? Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var array = new ScriptArray(items.Length);
        foreach (var item in items)
        {
            array.Add(item.Evaluate(evaluation));
        }

        return array;
    }
}

internal sealed class ObjectTerm((string Name, Term Value)[] members) : Term(ExpressionResult.Object)
{
    public override object? Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var map = new ScriptObject();
        foreach (var (name, value) in members)
        {
            map[name] = value.Evaluate(evaluation);
        }

        return map;
    }
}

/// <summary><c>$"text {expression} text"</c></summary>
internal sealed class InterpolatedTerm(Term[] parts) : Term(ExpressionResult.String)
{
    public override object? Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        return evaluation.ObjectToString(string.Concat(parts.Select(part => evaluation.ObjectToString(part.Evaluate(evaluation)))));
    }
}

internal sealed class CallTerm(LibraryFunction function, Term[] arguments) : Term(function.Result)
{
    public override object? Evaluate(Evaluation evaluation)
    {
        var values = new ScriptArray(arguments.Length);
        foreach (var argument in arguments)
        {
            values.Add(argument.Evaluate(evaluation));
        }

        try
        {
            return ScriptFunctionCall.Call(evaluation, null, function, values);
        }
        catch (ScriptRuntimeException exception) when (exception.OriginalMessage.StartsWith("Unable to convert", StringComparison.Ordinal))
        {
            throw new EvaluationFailure(
                "template_error", $"{function.Signature} can not be given {string.Join(", ", values.Select(ScriptValues.Describe))}.");
        }
    }
}

/// <summary><c>@string.upcase</c>: a function handed to a function.</summary>
internal sealed class FunctionTerm(LibraryFunction function) : Term(ExpressionResult.Unknown)
{
    public override object? Evaluate(Evaluation evaluation) => function;
}
