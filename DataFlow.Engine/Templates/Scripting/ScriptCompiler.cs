using System.Collections.Immutable;
using Scriban;
using Scriban.Parsing;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>A compiled script, or what is wrong with it.</summary>
internal sealed record CompiledScript(TemplateNode? Node, ImmutableArray<TemplateExpression> Expressions, ImmutableArray<TemplateFault> Faults);

/// <summary>Scans, parses and binds a template that is more than direct references.</summary>
internal static class ScriptCompiler
{
    private static readonly ParserOptions Parsing = new() { ExpressionDepthLimit = TemplateLimits.ExpressionDepth, ParseFloatAsDecimal = true };

    public static CompiledScript Compile(string source, string pointer)
    {
        CompiledScript Refuse(params IEnumerable<ScriptFault> faults) =>
            new(null, [], [.. faults.Select(fault => new TemplateFault(pointer, fault.Code, fault.Message))]);

        try
        {
            var scan = ScriptScan.Of(source);
            if (scan.Fault is not null)
            {
                return Refuse(scan.Fault);
            }

            var template = Template.Parse(source, null, Parsing);
            if (template.HasErrors || template.Page?.Body is null)
            {
                return Refuse(ScriptFault.FromMessages(template.Messages));
            }

            if (CountNodes(template.Page) > TemplateLimits.Nodes)
            {
                return Refuse(new ScriptFault(default, "template_too_large", $"A template may have {TemplateLimits.Nodes:N0} expressions and statements."));
            }

            var binder = new Binder();
            var whole = scan.Regions.Length == 1 ? WholeValue(template.Page.Body) : null;
            var value = whole is null ? null : binder.Bind(whole);
            var body = whole is null ? binder.Bind(template.Page.Body) : null;
            if (binder.Faults.Count > 0)
            {
                return Refuse(binder.Faults.DistinctBy(fault => (fault.Code, fault.Message)));
            }

            TemplateNode node = value is null
                ? new ScriptTextNode(pointer, body!, binder.SlotCount)
                : new ScriptValueNode(pointer, value, binder.SlotCount);
            return new CompiledScript(node, Expressions(source, pointer, scan, binder, value), []);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The parser is not ours: whatever it throws at what a user wrote is the user's syntax fault.
            return Refuse(new ScriptFault(default, "template_syntax", "The template can not be read."));
        }
    }

    /// <summary>The expression, when there is nothing else: no letters, no statement.</summary>
    private static ScriptExpression? WholeValue(ScriptBlockStatement body) =>
        body.Statements.Where(statement => statement is not ScriptEscapeStatement).ToArray() is [ScriptExpressionStatement { Expression: { } only }]
        && only is not (ScriptAssignExpression or ScriptIncrementDecrementExpression)
            ? only
            : null;

    private static int CountNodes(ScriptPage page)
    {
        var count = 0;
        var open = new Stack<ScriptNode>([page]);
        while (open.TryPop(out var node) && count <= TemplateLimits.Nodes)
        {
            count += node is ScriptExpression or ScriptStatement and not ScriptEscapeStatement ? 1 : 0;
            foreach (var child in node.Children)
            {
                open.Push(child);
            }
        }

        return count;
    }

    private static ImmutableArray<TemplateExpression> Expressions(string source, string pointer, ScriptScan scan, Binder binder, Term? whole)
    {
        var expressions = ImmutableArray.CreateBuilder<TemplateExpression>(scan.Regions.Length);
        foreach (var (start, end) in scan.Regions)
        {
            var inside = binder.References.Where(found => found.Offset >= start && found.Offset <= end).Select(found => found.Reference).ToImmutableArray();
            var first = start + source.AsSpan(start..end).IndexOfAnyExcept(" \t\r\n");
            var outputs = binder.Outputs.Where(output => output.Offset >= start && output.Offset <= end).ToArray();
            var term = whole ?? (outputs is [var only] && only.Offset == first ? only.Term : null);
            expressions.Add(new TemplateExpression(
                pointer,
                source[start..end].Trim(),
                whole is not null,
                inside,
                (term as ReferenceTerm)?.Reference,
                term?.Result ?? (scan.Regions.Length == 1 ? ExpressionResult.String : ExpressionResult.Unknown)));
        }

        return expressions.MoveToImmutable();
    }
}

/// <summary>Something wrong, and where.</summary>
internal sealed record ScriptFault(TextPosition At, string Code, string Message)
{
    public static ScriptFault Syntax(TextPosition at, string message) => new(at, "template_syntax", $"{at.Line + 1}:{at.Column + 1}: {message}");

    public static IEnumerable<ScriptFault> FromMessages(IEnumerable<LogMessage> messages)
    {
        var faults = messages
            .Where(message => message.Type == ParserMessageType.Error)
            .Take(5)
            .Select(message => message.Message.Contains("depth limit", StringComparison.Ordinal)
                ? new ScriptFault(message.Span.Start, "template_too_deep", $"An expression is nested deeper than {TemplateLimits.ExpressionDepth}.")
                : Syntax(message.Span.Start, Shorten(message.Message)))
            .ToArray();
        // Once it gave up for depth, the parser's other complaints are about the rest it did not read.
        return faults.Length == 0 ? [Syntax(default, "The template can not be read.")]
            : faults.FirstOrDefault(fault => fault.Code == "template_too_deep") is { } deep ? [deep]
            : faults;
    }

    private static string Shorten(string message) => message.Length <= 300 ? message : string.Concat(message.AsSpan(0, 300), "…");
}
