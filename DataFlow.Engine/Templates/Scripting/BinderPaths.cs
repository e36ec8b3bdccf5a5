using System.Collections.Immutable;
using System.Text;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

internal sealed partial class Binder
{
    private Term BindPath(ScriptExpression expression, bool mayBeMissing, Term? piped)
    {
        // 'a?.b' asks whether there is an a.
        mayBeMissing |= IsOptional(expression);
        var (first, steps) = Flatten(expression);
        if (first is not ScriptVariable variable)
        {
            return steps.Aggregate(
                (Term: Bind(first, mayBeMissing), Path: "the value"),
                (made, step) => Step(made.Term, made.Path, step, mayBeMissing)).Term;
        }

        var name = variable.Name;
        if (piped is null && scopes.Find(name) is { } slot)
        {
            return Members(new VariableTerm(slot, name), name, steps, mayBeMissing);
        }

        if (name == "for" && scopes.Loop is { } loop && steps is [{ Constant.Name: { } member }] && LoopTerm.Members.Contains(member))
        {
            return new LoopTerm(loop, member);
        }

        if (ScriptFunctions.Forbidden.TryGetValue(name, out var why))
        {
            return Forbid<Term>(expression, $"'{name}'", why) ?? Nothing;
        }

        if (ScriptFunctions.Groups.Contains(name))
        {
            return BindFunctionPath(expression, name, steps, mayBeMissing, piped);
        }

        if (piped is not null)
        {
            Faults.Add(ScriptFault.Syntax(expression.Span.Start, $"'{name}' is not a function: a pipe must lead into one, as in 'input.name | string.upcase'."));
            return Nothing;
        }

        if (name is "empty" or "blank" && steps.IsEmpty)
        {
            return new LiteralTerm(EmptyScriptObject.Default);
        }

        return variable is ScriptVariableLocal
            ? Forbid<Term>(expression, $"'{name}'") ?? Nothing
            : BindReference(expression, name, steps, mayBeMissing);
    }

    private Term BindReference(ScriptExpression expression, string root, ImmutableArray<Segment> steps, bool mayBeMissing)
    {
        var (reference, problem) = ReferenceShape.Read(root, [.. steps.Select(step => step.Constant)], mayBeMissing);
        if (reference is null)
        {
            if (!ReferenceShape.Roots.Contains(root) && Suggestion.For(root, [.. scopes.Names, .. ScriptFunctions.Groups, .. ReferenceShape.Roots]) is { Length: > 0 } near
                && !problem!.Contains("Did you mean", StringComparison.Ordinal))
            {
                problem += near;
            }

            var at = expression.Span.Start;
            Faults.Add(new ScriptFault(at, "unknown_root", $"{at.Line + 1}:{at.Column + 1}: {problem}"));
            return Nothing;
        }

        References.Add((expression.Span.Start.Offset, reference));
        return new ReferenceTerm(reference, steps[^reference.Path.Length..]);
    }

    private Term BindFunctionPath(ScriptExpression expression, string group, ImmutableArray<Segment> steps, bool mayBeMissing, Term? piped)
    {
        var member = steps.Length > 0 ? steps[0].Constant.Name : null;
        var full = $"{group}.{member}";
        if (member is not null && ScriptFunctions.All.TryGetValue(full, out var function))
        {
            return Members(MakeCall(expression, function, [], piped), full, steps[1..], mayBeMissing);
        }

        if (ScriptFunctions.Forbidden.TryGetValue(full, out var why))
        {
            return Forbid<Term>(expression, $"'{full}'", why) ?? Nothing;
        }

        var at = expression.Span.Start;
        var message = member is null
            ? $"'{group}' must be followed by the name of a function."
            : $"'{full}' is not a function.{Suggestion.For(full, ScriptFunctions.All.Keys)}";
        Faults.Add(new ScriptFault(at, "unknown_function", $"{at.Line + 1}:{at.Column + 1}: {message}"));
        return Nothing;
    }

    private static Term Members(Term term, string path, ImmutableArray<Segment> steps, bool mayBeMissing) =>
        steps.Aggregate((Term: term, Path: path), (made, step) => Step(made.Term, made.Path, step, mayBeMissing)).Term;

    private static (Term Term, string Path) Step(Term term, string path, Segment step, bool mayBeMissing)
    {
        var longer = new StringBuilder(path);
        ReferenceText.Append(longer, step.Constant);
        return (new MemberTerm(term, step, mayBeMissing, path), longer.ToString());
    }

    private (ScriptExpression First, ImmutableArray<Segment> Steps) Flatten(ScriptExpression expression)
    {
        var steps = new Stack<Segment>();
        while (true)
        {
            switch (expression)
            {
                case ScriptIsEmptyExpression:
                    return (expression, [.. steps]);
                case ScriptMemberExpression { Target: { } target, Member: { } member }:
                    steps.Push(new Segment(PathSegment.Member(member.Name), null));
                    expression = target;
                    break;
                case ScriptIndexerExpression { Target: { } target, Index: { } index }:
                    steps.Push(IndexOf(index));
                    expression = target;
                    break;
                default:
                    return (expression, [.. steps]);
            }
        }
    }

    private Segment IndexOf(ScriptExpression index) => index switch
    {
        ScriptLiteral { Value: string name } => new Segment(PathSegment.Member(name), null),
        ScriptLiteral { Value: int at } => new Segment(PathSegment.At(at), null),
        ScriptUnaryExpression { Operator: ScriptUnaryOperator.Negate, Right: ScriptLiteral { Value: int at } } => new Segment(PathSegment.At(-at), null),
        _ => new Segment(default, Bind(index)),
    };

    private static bool IsOptional(ScriptExpression? expression) => expression switch
    {
        ScriptMemberExpression member => member.DotToken.TokenType == TokenType.QuestionDot || IsOptional(member.Target),
        ScriptIndexerExpression indexer => IsOptional(indexer.Target),
        _ => false,
    };
}
