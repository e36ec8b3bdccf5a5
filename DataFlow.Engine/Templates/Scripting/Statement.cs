using Scriban.Runtime;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>A statement of a text template, bound and ready. Immutable.</summary>
internal abstract class Statement
{
    public abstract void Execute(Evaluation evaluation);
}

internal sealed class BlockStatement(Statement[] statements) : Statement
{
    public override void Execute(Evaluation evaluation)
    {
        foreach (var statement in statements)
        {
            statement.Execute(evaluation);
            if (evaluation.Flow != LoopFlow.Next)
            {
                return;
            }
        }
    }
}

internal sealed class LettersStatement(string text) : Statement
{
    public override void Execute(Evaluation evaluation) => evaluation.WriteText(text);
}

internal sealed class OutputStatement(Term term) : Statement
{
    public override void Execute(Evaluation evaluation) => evaluation.WriteText(evaluation.ObjectToString(term.Evaluate(evaluation)));
}

internal sealed class AssignStatement(int slot, Term value) : Statement
{
    public override void Execute(Evaluation evaluation) => evaluation.Slots[slot] = value.Evaluate(evaluation);
}

internal sealed class CaptureStatement(int slot, Statement body) : Statement
{
    public override void Execute(Evaluation evaluation) => evaluation.Slots[slot] = evaluation.Capture(body);
}

internal sealed class IfStatement(Term condition, Statement then, Statement? otherwise) : Statement
{
    public override void Execute(Evaluation evaluation)
    {
        if (evaluation.ToBool(default, condition.Evaluate(evaluation)))
        {
            then.Execute(evaluation);
        }
        else
        {
            otherwise?.Execute(evaluation);
        }
    }
}

internal sealed class CaseStatement(Term value, (Term[] Values, Statement Body)[] cases, Statement? otherwise) : Statement
{
    public override void Execute(Evaluation evaluation)
    {
        var actual = value.Evaluate(evaluation);
        foreach (var (values, body) in cases)
        {
            if (values.Any(candidate => ScriptBinaryExpression.Evaluate(
                evaluation, default, ScriptBinaryOperator.CompareEqual, actual, candidate.Evaluate(evaluation)) is true))
            {
                body.Execute(evaluation);
                return;
            }
        }

        otherwise?.Execute(evaluation);
    }
}

internal sealed class LoopEndStatement(LoopFlow flow) : Statement
{
    public override void Execute(Evaluation evaluation) => evaluation.Flow = flow;
}

internal sealed class ForStatement(ForStatement.Parts parts) : Statement
{
    public sealed record Parts(int ItemSlot, int LoopSlot, Term Items, Term? Offset, Term? Limit, bool Reversed)
    {
        public required Statement Body { get; init; }

        public Statement? Otherwise { get; init; }
    }

    public override void Execute(Evaluation evaluation)
    {
        var items = Select(evaluation);
        evaluation.EnterLoop();
        try
        {
            if (items.Count == 0)
            {
                parts.Otherwise?.Execute(evaluation);
                return;
            }

            var loop = new LoopState(items);
            evaluation.Slots[parts.LoopSlot] = loop;
            for (; loop.Index < items.Count; loop.Index++)
            {
                evaluation.LoopStep();
                evaluation.Slots[parts.ItemSlot] = items[loop.Index];
                parts.Body.Execute(evaluation);
                var flow = evaluation.Flow;
                evaluation.Flow = LoopFlow.Next;
                if (flow == LoopFlow.Break)
                {
                    return;
                }
            }
        }
        finally
        {
            evaluation.LeaveLoop();
        }
    }

    private ScriptArray Select(Evaluation evaluation)
    {
        var all = parts.Items.Evaluate(evaluation) switch
        {
            ScriptArray array => array,
            ScriptObject map => Pairs(map),
            var other => throw new EvaluationFailure("template_error", $"'for' needs an array, not {ScriptValues.Describe(other)}."),
        };
        IEnumerable<object?> chosen = all;
        if (parts.Offset?.Evaluate(evaluation) is { } offset)
        {
            chosen = chosen.Skip(evaluation.ToInt(default, offset));
        }

        if (parts.Reversed)
        {
            chosen = chosen.Reverse();
        }

        if (parts.Limit?.Evaluate(evaluation) is { } limit && evaluation.ToInt(default, limit) is > 0 and var most)
        {
            chosen = chosen.Take(most);
        }

        return ReferenceEquals(chosen, all) ? all : [.. chosen];
    }

    private static ScriptArray Pairs(ScriptObject map)
    {
        var pairs = new ScriptArray(map.Count);
        foreach (var (key, value) in map)
        {
            pairs.Add(new ScriptObject { ["key"] = key, ["value"] = value });
        }

        return pairs;
    }
}
