using System.Collections.Immutable;
using DataFlow.Engine.Templates.Scripting;

namespace DataFlow.Engine.Templates;

/// <summary>A function an expression may call.</summary>
/// <param name="Name"><c>string.upcase</c></param>
/// <param name="Signature"><c>string.replace(text, match, replace)</c>; optional parameters end with <c>?</c>. The first one may come through a pipe.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Result">What it gives.</param>
public sealed record TemplateFunction(string Name, string Signature, string Description, ExpressionResult Result);

/// <summary>All functions expressions may call: nothing else can be reached.</summary>
public static class TemplateFunctions
{
    /// <summary>In order of their names.</summary>
    public static ImmutableArray<TemplateFunction> All { get; } =
    [
        .. ScriptFunctions.All.Values
            .Select(function => new TemplateFunction(function.Name, function.Signature, function.Description, function.Result))
            .OrderBy(function => function.Name, StringComparer.Ordinal),
    ];
}
