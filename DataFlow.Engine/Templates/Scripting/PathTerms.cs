using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Scriban.Runtime;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>A step of a path: a constant, or computed.</summary>
internal readonly record struct Segment(PathSegment Constant, Term? Computed)
{
    /// <summary>The step to make now.</summary>
    public PathSegment At(Evaluation evaluation, string path) => Computed is null ? Constant : Computed.Evaluate(evaluation) switch
    {
        string name => PathSegment.Member(name),
        int index => PathSegment.At(index),
        long or BigInteger => PathSegment.At(int.MaxValue),
        _ => throw new EvaluationFailure("template_error", $"What stands in the brackets of '{path}' is neither a name nor a whole number."),
    };
}

/// <summary>A reference inside a larger expression. Only what it points at is read, not the whole root.</summary>
internal sealed class ReferenceTerm(Reference reference, ImmutableArray<Segment> segments) : Term(ExpressionResult.Unknown)
{
    private readonly bool isConstant = segments.All(segment => segment.Computed is null);

    public Reference Reference => reference;

    public override object? Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        if (isConstant && evaluation.Read.TryGetValue(this, out var read))
        {
            return read;
        }

        var now = isConstant
            ? reference
            : reference with { Path = [.. segments.Select(segment => segment.At(evaluation, ReferenceText.Of(reference)))] };
        if (!ReferenceResolver.TryResolve(evaluation.Scope, now, out var element))
        {
            return reference.HasDefault ? null : throw new EvaluationFailure("null_reference", ReferenceResolver.Explain(evaluation.Scope, now));
        }

        var value = ScriptValues.FromJson(element, evaluation);
        if (isConstant && element.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
        {
            evaluation.Read[this] = value;
        }

        return value;
    }
}

/// <summary>A step into something an expression made: a loop's item, a function's result.</summary>
internal sealed class MemberTerm(Term target, Segment segment, bool mayBeMissing, string path) : Term(ExpressionResult.Unknown)
{
    public override object? Evaluate(Evaluation evaluation)
    {
        var from = target.Evaluate(evaluation);
        var step = segment.At(evaluation, path);
        return ScriptMembers.TryStep(from, step, out var value) && value is not null || mayBeMissing
            ? value
            : throw new EvaluationFailure("null_reference", $"'{path}' is missing: {ReferenceResolver.Missing(path, ScriptValues.KindOf(from), step)}.");
    }
}

/// <summary><c>for.index</c> and its kin.</summary>
internal sealed class LoopTerm(int slot, string member) : Term(member is "index" or "rindex" or "length" ? ExpressionResult.Integer : ExpressionResult.Boolean)
{
    public static readonly ImmutableArray<string> Members = ["index", "rindex", "length", "first", "last", "even", "odd", "changed"];

    public override object? Evaluate(Evaluation evaluation)
    {
        var loop = (LoopState)evaluation.Slots[slot]!;
        return member switch
        {
            "index" => loop.Index,
            "rindex" => loop.Items.Count - loop.Index - 1,
            "length" => loop.Items.Count,
            "first" => loop.Index == 0,
            "last" => loop.Index == loop.Items.Count - 1,
            "even" => loop.Index % 2 == 0,
            "odd" => loop.Index % 2 == 1,
            _ => loop.Index == 0 || !Equals(loop.Items[loop.Index], loop.Items[loop.Index - 1]),
        };
    }
}

/// <summary>Where a running loop is.</summary>
internal sealed record LoopState(ScriptArray Items)
{
    public int Index { get; set; }
}
