using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>A library function behind the checks it lacks: steps are counted, searches are bounded, lazy results are run.</summary>
internal sealed class LibraryFunction(string name, IScriptCustomFunction inner, ExpressionResult result, string description) : IScriptCustomFunction
{
    public string Name => name;

    public string Description => description;

    public ExpressionResult Result => result;

    /// <summary>Whether the first argument may be missing: the functions that ask about it.</summary>
    public bool TakesMissing => name is "object.default" or "object.typeof" or "string.empty" or "string.whitespace";

    public int RequiredParameterCount => inner.RequiredParameterCount;

    public int ParameterCount => inner.ParameterCount;

    public ScriptVarParamKind VarParamKind => inner.VarParamKind;

    public Type ReturnType => inner.ReturnType;

    public string Signature => $"{name}({string.Join(", ", Enumerable.Range(0, ParameterCount).Select(index => ParameterName(index) + (index < RequiredParameterCount ? "" : "?")))})";

    /// <summary>The name of a parameter as users write it.</summary>
    public string ParameterName(int index) =>
        string.Concat(inner.GetParameterInfo(index).Name.Select(letter => char.IsUpper(letter) ? "_" + char.ToLowerInvariant(letter) : letter.ToString()));

    public ScriptParameterInfo GetParameterInfo(int index) => inner.GetParameterInfo(index);

    public object? Invoke(TemplateContext context, ScriptNode? callerContext, ScriptArray arguments, ScriptBlockStatement? blockStatement)
    {
        var evaluation = (Evaluation)context;
        evaluation.Step();
        ThrowIfSearchTooLong(arguments);
        ThrowIfPatternTooLong(arguments);
        ThrowIfNoArray(arguments);
        var value = ScriptValues.Settle(inner.Invoke(context, callerContext, arguments, blockStatement), evaluation);
        evaluation.Step();
        return value;
    }

    public ValueTask<object?> InvokeAsync(TemplateContext context, ScriptNode? callerContext, ScriptArray arguments, ScriptBlockStatement? blockStatement) =>
        new(Invoke(context, callerContext, arguments, blockStatement));

    private void ThrowIfPatternTooLong(ScriptArray arguments)
    {
        if (name is "regex.match" or "regex.matches" or "regex.replace" or "regex.split"
            && arguments is [_, string { Length: > TemplateLimits.PatternLength }, ..])
        {
            throw new EvaluationFailure("template_limit", $"A regular expression may have {TemplateLimits.PatternLength:N0} characters.");
        }
    }

    // The library takes a text for an array of letters and an object for one of pairs, which are no JSON values.
    private void ThrowIfNoArray(ScriptArray arguments)
    {
        var lists = name is "array.concat" or "array.add_range" ? 2 : name.StartsWith("array.", StringComparison.Ordinal) ? 1 : 0;
        foreach (var list in arguments.Take(lists))
        {
            if (list is not (null or ScriptArray))
            {
                throw new EvaluationFailure("template_error", $"'{name}' needs an array, not {ScriptValues.Describe(list)}.");
            }
        }
    }

    private static void ThrowIfSearchTooLong(ScriptArray arguments)
    {
        var product = 0L;
        foreach (var argument in arguments)
        {
            if (argument is string { Length: > 1 } text)
            {
                product = product == 0 ? text.Length : product * text.Length;
                if (product > TemplateLimits.TextProduct)
                {
                    throw new EvaluationFailure("template_limit", "The texts given to a function are too long together.");
                }
            }
        }
    }
}
