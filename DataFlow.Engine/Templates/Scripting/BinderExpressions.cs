using Scriban.Runtime;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

internal sealed partial class Binder
{
    private static readonly LiteralTerm Nothing = new(null);

    /// <param name="expression">The parser's.</param>
    /// <param name="mayBeMissing">Whether a missing or null reference is an answer here: before <c>??</c>, in conditions, beside <c>==</c>, <c>&amp;&amp;</c>, <c>||</c>, <c>!</c>.</param>
    /// <param name="piped">What a pipe leads into the first function of it.</param>
    public Term Bind(ScriptExpression expression, bool mayBeMissing = false, Term? piped = null)
    {
        switch (expression)
        {
            case ScriptFunctionCall call:
                return BindCall(call, piped);
            case ScriptPipeCall pipe:
                return BindPipe(pipe, mayBeMissing, piped);
            case ScriptBinaryExpression binary:
                return BindBinary(binary, mayBeMissing, piped);
            case ScriptConditionalExpression choice:
                return new ConditionalTerm(
                    Bind(choice.Condition!, mayBeMissing: true, piped), Bind(choice.ThenValue!, mayBeMissing), Bind(choice.ElseValue!, mayBeMissing));
            case ScriptMemberExpression or ScriptIndexerExpression or ScriptVariable when piped is not null:
                return BindPath(expression, mayBeMissing, piped);
            case var _ when piped is not null:
                Faults.Add(ScriptFault.Syntax(expression.Span.Start, "A pipe must lead into a function, as in 'input.name | string.upcase'."));
                return Nothing;
            case ScriptIsEmptyExpression empty:
                return new EmptyTerm(Bind(empty.Target!, mayBeMissing: true));
            case ScriptMemberExpression or ScriptIndexerExpression or ScriptVariable:
                return BindPath(expression, mayBeMissing, null);
            case ScriptLiteral literal:
                return new LiteralTerm(literal.Value is float number ? (double)number : literal.Value);
            case ScriptNestedExpression { Expression: { } inner }:
                return Bind(inner, mayBeMissing);
            case ScriptInterpolatedExpression { Expression: { } inner }:
                return Bind(inner, mayBeMissing);
            case ScriptUnaryExpression unary:
                return BindUnary(unary, mayBeMissing);
            case ScriptArrayInitializerExpression array:
                return new ArrayTerm([.. array.Values.Select(item => Bind(item))]);
            case ScriptObjectInitializerExpression map:
                return new ObjectTerm([.. map.Members.Select(member => (MemberName(member), Bind(member.Value!)))]);
            case ScriptInterpolatedStringExpression text:
                return new InterpolatedTerm([.. text.Parts.Select(part => Bind(part))]);
            default:
                return Forbid<Term>(expression, NameOf(expression)) ?? Nothing;
        }
    }

    private static string MemberName(ScriptObjectMember member) =>
        member.Name is ScriptVariable name ? name.Name : (member.Name as ScriptLiteral)?.Value?.ToString() ?? "";

    private Term BindUnary(ScriptUnaryExpression unary, bool mayBeMissing)
    {
        switch (unary.Operator)
        {
            case ScriptUnaryOperator.Not:
                return new UnaryTerm(unary.Operator, Bind(unary.Right!, mayBeMissing: true), ExpressionResult.Boolean);
            case ScriptUnaryOperator.Negate or ScriptUnaryOperator.Plus:
                var operand = Bind(unary.Right!, mayBeMissing);
                return new UnaryTerm(unary.Operator, operand, operand.Result == ExpressionResult.Integer ? ExpressionResult.Integer : ExpressionResult.Number);
            case ScriptUnaryOperator.FunctionAlias when FindFunction(unary.Right!) is { } function:
                return new FunctionTerm(function);
            default:
                return Forbid<Term>(unary, $"'{unary.OperatorAsText}' here") ?? Nothing;
        }
    }

    private BinaryTerm BindBinary(ScriptBinaryExpression binary, bool mayBeMissing, Term? piped)
    {
        var (left, right) = binary.Operator switch
        {
            ScriptBinaryOperator.EmptyCoalescing => (Bind(binary.Left!, true, piped), Bind(binary.Right!, mayBeMissing)),
            ScriptBinaryOperator.NotEmptyCoalescing => (Bind(binary.Left!, true, piped), Bind(binary.Right!, mayBeMissing)),
            ScriptBinaryOperator.And or ScriptBinaryOperator.Or or ScriptBinaryOperator.CompareEqual or ScriptBinaryOperator.CompareNotEqual
                => (Bind(binary.Left!, true, piped), Bind(binary.Right!, true)),
            _ => (Bind(binary.Left!, mayBeMissing, piped), Bind(binary.Right!, mayBeMissing)),
        };
        return new BinaryTerm(binary.Operator, left, right, ResultOf(binary.Operator, left.Result, right.Result));
    }

    private Term BindPipe(ScriptPipeCall pipe, bool mayBeMissing, Term? piped)
    {
        var from = Bind(pipe.From!, mayBeMissing || piped is null && FirstFunction(pipe.To!) is { TakesMissing: true }, piped);
        return Bind(pipe.To!, mayBeMissing, from);
    }

    /// <summary>The function a pipe leads into.</summary>
    private static LibraryFunction? FirstFunction(ScriptExpression to) => to switch
    {
        ScriptPipeCall pipe => FirstFunction(pipe.From!),
        ScriptBinaryExpression binary => FirstFunction(binary.Left!),
        ScriptConditionalExpression choice => FirstFunction(choice.Condition!),
        ScriptFunctionCall call => FindFunction(call.Target!),
        _ => FindFunction(to),
    };

    private static LibraryFunction? FindFunction(ScriptExpression target) =>
        target is ScriptMemberExpression { Target: ScriptVariableGlobal group, Member: { } member }
            ? ScriptFunctions.All.GetValueOrDefault($"{group.Name}.{member.Name}")
            : null;

    private Term BindCall(ScriptFunctionCall call, Term? piped)
    {
        if (FindFunction(call.Target!) is not { } function)
        {
            // Binding it alone says what is wrong with the name; if nothing is, it is a value.
            var before = Faults.Count;
            Bind(call.Target!, mayBeMissing: true);
            foreach (var argument in call.Arguments)
            {
                Bind(argument is ScriptNamedArgument { Value: { } named } ? named : argument, mayBeMissing: true);
            }

            if (Faults.Count == before)
            {
                Faults.Add(ScriptFault.Syntax(call.Span.Start, $"'{call.Target}' is not a function: two values need an operator between them."));
            }

            return Nothing;
        }

        return MakeCall(call, function, call.Arguments, piped);
    }

    private Term MakeCall(ScriptNode node, LibraryFunction function, IEnumerable<ScriptExpression> arguments, Term? piped)
    {
        var values = new List<Term?>();
        if (piped is not null)
        {
            values.Add(piped);
        }

        foreach (var argument in arguments)
        {
            if (argument is not ScriptNamedArgument named)
            {
                values.Add(Bind(argument, mayBeMissing: values.Count == 0 && function.TakesMissing));
                continue;
            }

            var index = Enumerable.Range(0, function.ParameterCount).Where(at => function.ParameterName(at) == named.Name?.Name || function.GetParameterInfo(at).Name == named.Name?.Name).DefaultIfEmpty(-1).First();
            if (index < 0 || named.Value is null)
            {
                Faults.Add(ScriptFault.Syntax(named.Span.Start, $"'{function.Name}' has no parameter '{named.Name?.Name}': {function.Signature}."));
                return Nothing;
            }

            while (values.Count <= index)
            {
                values.Add(null);
            }

            values[index] = Bind(named.Value);
        }

        var most = function.VarParamKind == ScriptVarParamKind.None ? function.ParameterCount : ScriptFunctionCall.MaximumParameterCount - 1;
        var missing = Enumerable.Range(0, function.RequiredParameterCount).Any(at => at >= values.Count || values[at] is null);
        if (missing || values.Count > most)
        {
            Faults.Add(ScriptFault.Syntax(node.Span.Start, $"'{function.Name}' is called with {values.Count(value => value is not null)} arguments: {function.Signature}."));
            return Nothing;
        }

        return new CallTerm(function, [.. values.Select((value, at) => value ?? new LiteralTerm(function.GetParameterInfo(at).DefaultValue))]);
    }

    private static ExpressionResult ResultOf(ScriptBinaryOperator operation, ExpressionResult left, ExpressionResult right)
    {
        var integers = left == ExpressionResult.Integer && right == ExpressionResult.Integer;
        var numbers = IsNumber(left) && IsNumber(right);
        return operation switch
        {
            ScriptBinaryOperator.And or ScriptBinaryOperator.Or or ScriptBinaryOperator.CompareEqual or ScriptBinaryOperator.CompareNotEqual
                or ScriptBinaryOperator.CompareGreater or ScriptBinaryOperator.CompareGreaterOrEqual
                or ScriptBinaryOperator.CompareLess or ScriptBinaryOperator.CompareLessOrEqual => ExpressionResult.Boolean,
            ScriptBinaryOperator.RangeInclude or ScriptBinaryOperator.RangeExclude => ExpressionResult.Array,
            ScriptBinaryOperator.EmptyCoalescing => left == right ? left : ExpressionResult.Unknown,
            ScriptBinaryOperator.NotEmptyCoalescing => ExpressionResult.Unknown,
            ScriptBinaryOperator.Add when left == ExpressionResult.String || right == ExpressionResult.String => ExpressionResult.String,
            ScriptBinaryOperator.Divide when numbers => ExpressionResult.Number,
            _ when integers => ExpressionResult.Integer,
            _ when numbers => ExpressionResult.Number,
            _ => ExpressionResult.Unknown,
        };
    }

    private static bool IsNumber(ExpressionResult result) => result is ExpressionResult.Integer or ExpressionResult.Number;
}
