using Scriban.Parsing;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>
/// Turns the parser's tree into terms and statements. An allowlist: what it does not know is refused, so nothing a library update adds can be reached.
/// </summary>
/// <remarks>
/// Not allowed, beside what <see cref="TemplateFunctions"/> leaves out: <c>func</c>, <c>do</c>, <c>ret</c>, <c>import</c>, <c>while</c>, <c>wrap</c>,
/// <c>with</c> (it changes what a name refers to, and references could no longer be told by reading), <c>this</c>, <c>readonly</c>, <c>tablerow</c>,
/// <c>^</c>, <c>$</c> arguments, assigning to anything but a plain variable (values are never changed), naming a variable like a root or a group of functions.
/// </remarks>
internal sealed partial class Binder
{
    private readonly Scopes scopes = new();

    public List<ScriptFault> Faults { get; } = [];

    public List<(int Offset, Reference Reference)> References { get; } = [];

    /// <summary>What each output expression became.</summary>
    public List<(int Offset, Term Term)> Outputs { get; } = [];

    public int SlotCount => scopes.SlotCount;

    public Statement Bind(ScriptBlockStatement block) =>
        new BlockStatement([.. block.Statements.Select(BindStatement).OfType<Statement>()]);

    private Statement? BindStatement(ScriptStatement statement)
    {
        switch (statement)
        {
            case ScriptRawStatement raw:
                return raw.Text.Length == 0 ? null : new LettersStatement(raw.Text.ToString());
            case ScriptEscapeStatement or ScriptEndStatement or ScriptNopStatement:
                return null;
            case ScriptExpressionStatement { Expression: ScriptAssignExpression assign }:
                return BindAssign(assign);
            case ScriptExpressionStatement { Expression: ScriptIncrementDecrementExpression step }:
                return BindIncrement(step);
            case ScriptExpressionStatement { Expression: { } expression }:
                var term = Bind(expression);
                Outputs.Add((expression.Span.Start.Offset, term));
                return new OutputStatement(term);
            case ScriptIfStatement branch:
                return new IfStatement(
                    Bind(branch.Condition!, mayBeMissing: true), Bind(branch.Then!), branch.Else is null ? null : BindStatement(branch.Else));
            case ScriptElseStatement otherwise:
                return Bind(otherwise.Body!);
            case ScriptCaseStatement choice:
                return BindCase(choice);
            case ScriptTableRowStatement:
                return Forbid<Statement>(statement, "'tablerow'");
            case ScriptForStatement loop:
                return BindFor(loop);
            case ScriptBreakStatement or ScriptContinueStatement when scopes.Loop is null:
                Faults.Add(ScriptFault.Syntax(statement.Span.Start, "'break' and 'continue' belong into a 'for'."));
                return null;
            case ScriptBreakStatement:
                return new LoopEndStatement(LoopFlow.Break);
            case ScriptContinueStatement:
                return new LoopEndStatement(LoopFlow.Continue);
            case ScriptCaptureStatement capture:
                var body = Bind(capture.Body!);
                return capture.Target is { } target && Declare(target) is { } slot ? new CaptureStatement(slot, body) : null;
            default:
                return Forbid<Statement>(statement, NameOf(statement));
        }
    }

    private AssignStatement? BindAssign(ScriptAssignExpression assign)
    {
        var value = Bind(assign.Value!);
        if (assign.EqualToken.TokenType == TokenType.Equal)
        {
            return Declare(assign.Target!) is { } slot ? new AssignStatement(slot, value) : null;
        }

        ScriptBinaryOperator? operation = assign.EqualToken.TokenType switch
        {
            TokenType.PlusEqual => ScriptBinaryOperator.Add,
            TokenType.MinusEqual => ScriptBinaryOperator.Subtract,
            TokenType.AsteriskEqual => ScriptBinaryOperator.Multiply,
            TokenType.DivideEqual => ScriptBinaryOperator.Divide,
            TokenType.DoubleDivideEqual => ScriptBinaryOperator.DivideRound,
            TokenType.PercentEqual => ScriptBinaryOperator.Modulus,
            _ => null,
        };
        return operation is null ? Forbid<AssignStatement>(assign, "this assignment") : Change(assign.Target!, operation.Value, value);
    }

    private AssignStatement? BindIncrement(ScriptIncrementDecrementExpression step) => Change(
        step.Right!,
        step.Operator == ScriptUnaryOperator.Increment ? ScriptBinaryOperator.Add : ScriptBinaryOperator.Subtract,
        new LiteralTerm(1));

    private AssignStatement? Change(ScriptExpression target, ScriptBinaryOperator operation, Term value)
    {
        if (Declare(target) is not { } slot)
        {
            return null;
        }

        var old = new VariableTerm(slot, ((ScriptVariable)target).Name);
        return new AssignStatement(slot, new BinaryTerm(operation, old, value, ExpressionResult.Unknown));
    }

    private CaseStatement BindCase(ScriptCaseStatement choice)
    {
        var value = Bind(choice.Value!, mayBeMissing: true);
        var cases = new List<(Term[], Statement)>();
        Statement? otherwise = null;
        ScriptStatement? next = choice.Body?.Statements.FirstOrDefault(statement => statement is ScriptConditionStatement);
        while (next is ScriptWhenStatement when)
        {
            cases.Add(([.. when.Values.Select(candidate => Bind(candidate, mayBeMissing: true))], Bind(when.Body!)));
            next = when.Next;
        }

        if (next is ScriptElseStatement last)
        {
            otherwise = Bind(last.Body!);
        }

        return new CaseStatement(value, [.. cases], otherwise);
    }

    private ForStatement? BindFor(ScriptForStatement loop)
    {
        var items = Bind(loop.Iterator!);
        Term? offset = null, limit = null;
        var reversed = false;
        foreach (var argument in loop.NamedArguments)
        {
            switch (argument.Name?.Name)
            {
                case "offset" when argument.Value is not null:
                    offset = Bind(argument.Value);
                    break;
                case "limit" when argument.Value is not null:
                    limit = Bind(argument.Value);
                    break;
                case "reversed":
                    reversed = true;
                    break;
                default:
                    Faults.Add(ScriptFault.Syntax(argument.Span.Start, "A 'for' takes 'offset', 'limit' and 'reversed'."));
                    break;
            }
        }

        // A loop's own 'item' and 'index' are what a reader expects inside it, and end with it.
        if (loop.Variable is not ScriptVariable variable || variable.Name is not ("item" or "index") && IsTaken(variable))
        {
            return Forbid<ForStatement>(loop, $"a loop variable named '{(loop.Variable as ScriptVariable)?.Name ?? "?"}'");
        }

        var (itemSlot, loopSlot) = scopes.EnterLoop(variable.Name);
        var body = Bind(loop.Body!);
        scopes.LeaveLoop();
        var otherwise = loop.Else is null ? null : Bind(loop.Else.Body!);
        return new ForStatement(new ForStatement.Parts(itemSlot, loopSlot, items, offset, limit, reversed) { Body = body, Otherwise = otherwise });
    }

    private int? Declare(ScriptExpression target)
    {
        if (target is not ScriptVariable variable)
        {
            Forbid<Statement>(target, "assigning to a part of a value");
            return null;
        }

        if (IsTaken(variable))
        {
            Forbid<Statement>(target, $"assigning to '{variable.Name}'");
            return null;
        }

        return scopes.Assign(variable.Name);
    }

    private static bool IsTaken(ScriptVariable variable) =>
        ReferenceShape.Roots.Contains(variable.Name)
        || ScriptFunctions.Groups.Contains(variable.Name)
        || ScriptFunctions.Forbidden.ContainsKey(variable.Name)
        || variable.Name is "for" or "while" or "tablerow" or "empty" or "blank" or "this" or "$" or "$$"
        || variable.Name.StartsWith("$0", StringComparison.Ordinal);

    private T? Forbid<T>(ScriptNode node, string construct, string? why = null)
        where T : class
    {
        var at = node.Span.Start;
        Faults.Add(new ScriptFault(at, "template_forbidden", $"{at.Line + 1}:{at.Column + 1}: {construct} is not allowed in templates{(why is null ? "" : ": " + why)}."));
        return null;
    }

    private static string NameOf(ScriptNode node) => node switch
    {
        ScriptFunction => "'func'",
        ScriptAnonymousFunction => "'do'",
        ScriptImportStatement => "'import'",
        ScriptWhileStatement => "'while'",
        ScriptWrapStatement => "'wrap'",
        ScriptWithStatement => "'with'",
        ScriptReadOnlyStatement => "'readonly'",
        ScriptReturnStatement => "'ret'",
        ScriptThisExpression => "'this'",
        ScriptAssignExpression => "an assignment inside an expression",
        ScriptIncrementDecrementExpression => "'++' or '--' inside an expression",
        _ => "'" + node.GetType().Name.Replace("Script", "", StringComparison.Ordinal).Replace("Expression", "", StringComparison.Ordinal) + "'",
    };
}
