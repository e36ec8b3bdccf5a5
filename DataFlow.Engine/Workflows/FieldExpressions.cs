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
            foreach (var reference in expression.References)
            {
                var found = _references.Resolve(reference, _task, pointer, secretAllowed);
                if (whole?.Direct is { } direct && reference == direct) source = found;
            }

        source ??= whole is null ? SchemaFit.Of(ExpressionResult.String) : SchemaFit.Of(whole.Result);
        var what = whole is null ? "text with expressions in it" : $"'{Short(whole)}'";
        if (SchemaFit.Misfit(source, target, what) is { } misfit) _problems.Add(pointer, misfit.Code, $"{Capital(misfit.Reason)}.");
    }

    private ValueTemplate? Parse(JsonElement value)
    {
        var (template, faults) = ValueTemplate.Parse(value);
        foreach (var expression in template?.Expressions ?? []) At(expression.Pointer).Add(expression);
        if (faults.IsEmpty) return template;

        // One bad expression must not hide what is wrong with the others.
        foreach (var fault in faults) Fault(fault, Text(value, fault.Pointer));
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

    private void Fault(TemplateFault fault, string text)
    {
        var meant = fault.Code == ProblemCodes.UnknownRoot && SiblingReference().Match(text) is { Success: true } sibling
            ? $"refs.{sibling.Groups["ref"].Value}.output{sibling.Groups["rest"].Value}"
            : null;
        _problems.Add(JsonPointer.Join(_pointer, fault.Pointer), fault.Code, fault.Message, fault.Message.Contains("Did you mean", StringComparison.Ordinal) ? null : meant);
    }

    private static string Text(JsonElement value, string plain)
    {
        foreach (var segment in JsonPointer.Segments(plain))
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(segment, out var member)) value = member;
            else if (value.ValueKind == JsonValueKind.Array && int.TryParse(segment, out var index) && index < value.GetArrayLength()) value = value[index];
            else return "";
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }

    private static string Short(TemplateExpression expression) => Wording.Quote(expression.Text)[1..^1];

    private static string Capital(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..];

    [GeneratedRegex(@"\b(?:tasks|steps|refs)\.(?<ref>[A-Za-z_]\w*)\.(?:outputs?|result)\b(?<rest>(?:\.\w+|\[\d+\])*)", RegexOptions.NonBacktracking)]
    private static partial Regex SiblingReference();
}
