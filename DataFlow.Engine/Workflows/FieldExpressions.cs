using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Checks one value with expressions: its literals against a schema, its references against the workflow, and both together by type.</summary>
internal sealed partial class FieldExpressions : IExpressionJudge
{
    private readonly Dictionary<string, List<TemplateExpression>> _expressions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _judged = new(StringComparer.Ordinal);
    private readonly ReferenceChecker _references;
    private readonly ProblemList _problems;
    private readonly string _pointer;
    private readonly int _task;

    private FieldExpressions(ReferenceChecker references, ProblemList problems, string pointer, int task) =>
        (_references, _problems, _pointer, _task) = (references, problems, pointer, task);

    /// <summary>The compiled value, or <c>null</c> when it could not be parsed; everything wrong with it is in <paramref name="problems"/> then.</summary>
    public static ValueTemplate? Check(JsonElement value, ValueSchema target, ReferenceChecker references, ProblemList problems, string pointer, int task)
    {
        var field = new FieldExpressions(references, problems, pointer, task);
        var template = field.Parse(value);
        if (field._expressions.Count == 0)
        {
            ValueChecker.Check(value, target, pointer, problems);
            return template;
        }

        new ValueWalk(pointer, problems, field).Check(value, target);

        // Where the shape was wrong the walk did not get to; what is said there is checked all the same.
        foreach (var (plain, expressions) in field._expressions)
            if (!field._judged.Contains(plain))
                field.Judge(plain, expressions, ValueSchema.Any, secretAllowed: false);
        return template;
    }

    public bool Judge(string plainPointer, ValueSchema target, bool secretAllowed)
    {
        if (!_expressions.TryGetValue(plainPointer, out var expressions)) return false;
        _judged.Add(plainPointer);
        Judge(plainPointer, expressions, target, secretAllowed);
        return true;
    }

    private void Judge(string plain, List<TemplateExpression> expressions, ValueSchema target, bool secretAllowed)
    {
        // No expressions here means that this one could not be parsed, which has been said.
        if (expressions.Count == 0) return;
        var pointer = JsonPointer.Join(_pointer, plain);
        var whole = expressions is [{ IsWholeValue: true }] ? expressions[0] : null;
        ValueSchema? source = null;
        foreach (var expression in expressions)
        {
            if (expression.Text.Length == 0) _problems.Add(pointer, ProblemCodes.TemplateSyntax, "There is nothing between the braces.");
            foreach (var reference in expression.References)
            {
                var found = _references.Resolve(reference, _task, pointer, secretAllowed);
                if (whole?.Direct is { } direct && reference == direct) source = found;
            }
        }

        // A calculation that gives a number may well give a whole one, math.round always does: that shows when it runs.
        if (source is null && whole is { Result: ExpressionResult.Number } && target.Type == DataType.Integer) return;
        source ??= whole is null ? SchemaFit.Of(ExpressionResult.String) : SchemaFit.Of(whole.Result);
        var what = whole is null ? "text with expressions in it" : $"'{Short(whole)}'";
        if (SchemaFit.Misfit(source, target, what) is { } misfit) _problems.Add(pointer, misfit.Code, $"{Capital(misfit.Reason)}.", whole is null ? null : Conversion(whole, source.Type, target.Type));
    }

    private static string? Conversion(TemplateExpression whole, DataType from, DataType to) => (from, to) switch
    {
        (DataType.File, _) => null,
        (_, DataType.String) => $"{{{{ {whole.Text} | object.to_json }}}}",
        (DataType.String, DataType.Integer) => $"{{{{ {whole.Text} | string.to_int }}}}",
        (DataType.String, DataType.Number) => $"{{{{ {whole.Text} | string.to_double }}}}",
        (DataType.Number, DataType.Integer) => $"{{{{ {whole.Text} | math.round }}}}",
        _ => null,
    };

    private ValueTemplate? Parse(JsonElement value)
    {
        var (template, faults) = ValueTemplate.Parse(value);
        foreach (var expression in template?.Expressions ?? []) At(expression.Pointer).Add(expression);
        if (faults.IsEmpty) return template;

        // One bad expression must not hide what is wrong with the others.
        foreach (var fault in faults.DistinctBy(fault => (fault.Pointer, fault.Code))) Fault(fault);
        Salvage(value, "", faults.Select(fault => fault.Pointer).ToHashSet(StringComparer.Ordinal));
        return null;
    }

    private List<TemplateExpression> At(string plain)
    {
        if (!_expressions.TryGetValue(plain, out var expressions)) _expressions[plain] = expressions = [];
        return expressions;
    }

    private void Salvage(JsonElement value, string plain, HashSet<string> faulty)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject()) Salvage(member.Value, $"{plain}/{JsonPointer.Escape(member.Name)}", faulty);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Salvage(item, $"{plain}/{index++}", faulty);
                break;
            case JsonValueKind.String when faulty.Contains(plain):
                At(plain);
                break;
            case JsonValueKind.String when ValueTemplate.Parse(value).Template is { Expressions.IsEmpty: false } template:
                foreach (var expression in template.Expressions) At(plain).Add(expression with { Pointer = plain });
                break;
        }
    }

    private void Fault(TemplateFault fault)
    {
        // Some messages are the parser's own; what they mean stands in the text only.
        var detail = Wording.Line(fault.Message) is var line && line.EndsWith('.') || line.EndsWith('?') ? line : line + ".";
        var meant = Meant().Match(detail) is { Success: true } match ? match.Groups[1].Value : null;
        _problems.Add(new Problem(JsonPointer.Join(_pointer, fault.Pointer), fault.Code, detail, meant));
    }

    private static string Short(TemplateExpression expression) => Wording.Quote(expression.Text)[1..^1];

    private static string Capital(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..];

    [GeneratedRegex(@"Did you mean '(.+)'\?$", RegexOptions.NonBacktracking)]
    private static partial Regex Meant();
}
