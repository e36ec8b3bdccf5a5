using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>
/// Reads <c>{{ reference ?? reference ?? literal }}</c>. Says no to everything it does not fully understand; the interpreter's parser then judges it.
/// </summary>
internal ref struct DirectParser(string source, int start)
{
    private readonly string source = source;
    private int at = start;

    /// <summary>Just after the closing braces.</summary>
    public readonly int End => at;

    /// <summary>Reads what begins at <c>{{</c>.</summary>
    public bool TryParse(out DirectExpression expression, out string text)
    {
        expression = null!;
        text = "";
        at += 2;
        var from = at;
        var operands = ImmutableArray.CreateBuilder<DirectOperand>();
        do
        {
            SkipSpaces();
            if (!TryOperand(out var operand))
            {
                return false;
            }

            operands.Add(operand);
            SkipSpaces();
        }
        while (TryTake("??"));

        var to = at;
        if (!TryTake("}}"))
        {
            return false;
        }

        for (var i = 0; i < operands.Count - 1; i++)
        {
            if (operands[i].Reference is { } reference)
            {
                operands[i] = new DirectOperand(reference with { HasDefault = true }, default);
            }
        }

        expression = new DirectExpression(operands.ToImmutable());
        text = source[from..to].Trim();
        return true;
    }

    private bool TryOperand(out DirectOperand operand)
    {
        operand = default;
        if (at >= source.Length)
        {
            return false;
        }

        var c = source[at];
        if (c is '"' or '\'')
        {
            if (!TryString(out var value))
            {
                return false;
            }

            operand = new DirectOperand(null, JsonSerializer.SerializeToElement(value, EngineJson.Options));
            return true;
        }

        if (char.IsAsciiDigit(c) || c == '-')
        {
            return TryNumber(out operand);
        }

        var name = Identifier();
        switch (name)
        {
            case "true" or "false" or "null":
                operand = new DirectOperand(null, JsonElement.Parse(name));
                return true;
            default:
                var reference = name.Length == 0 ? null : ReferencePath(name);
                operand = new DirectOperand(reference, default);
                return reference is not null;
        }
    }

    private Reference? ReferencePath(string root)
    {
        var segments = ImmutableArray.CreateBuilder<PathSegment>();
        while (at < source.Length && source[at] is '.' or '[')
        {
            if (!TrySegment(out var segment))
            {
                return null;
            }

            segments.Add(segment);
        }

        return ReferenceShape.Read(root, segments.ToImmutable(), hasDefault: false).Reference;
    }

    private bool TrySegment(out PathSegment segment)
    {
        segment = default;
        if (source[at++] == '.')
        {
            var name = Identifier();
            segment = PathSegment.Member(name);
            // 'x.empty?' is an operator of the language.
            return name.Length > 0 && !(at < source.Length && source[at] == '?' && name is "empty" or "blank");
        }

        SkipSpaces();
        if (at < source.Length && source[at] is '"' or '\'')
        {
            if (!TryString(out var member))
            {
                return false;
            }

            segment = PathSegment.Member(member);
        }
        else
        {
            var from = at;
            if (at < source.Length && source[at] == '-')
            {
                at++;
            }

            SkipDigits();
            if (!int.TryParse(source.AsSpan(from, at - from), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            {
                return false;
            }

            segment = PathSegment.At(index);
        }

        SkipSpaces();
        return TryTake("]");
    }

    private bool TryString(out string value)
    {
        var quote = source[at++];
        var end = source.AsSpan(at).IndexOfAny(quote, '\\', '\0');
        value = end < 0 ? "" : source.Substring(at, end);
        at += end + 1;
        return end >= 0 && source[at - 1] == quote;
    }

    private bool TryNumber(out DirectOperand operand)
    {
        var from = at;
        at += source[at] == '-' ? 1 : 0;
        var integer = at;
        SkipDigits();
        var valid = at > integer && (source[integer] != '0' || at == integer + 1);
        if (at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            at++;
            SkipDigits();
        }

        operand = valid ? new DirectOperand(null, JsonElement.Parse(source.AsSpan(from, at - from))) : default;
        return valid && (at == source.Length || source[at] is ' ' or '\t' or '}' or '?');
    }

    private string Identifier()
    {
        var from = at;
        while (at < source.Length && (char.IsAsciiLetterOrDigit(source[at]) || source[at] == '_') && !(at == from && char.IsAsciiDigit(source[at])))
        {
            at++;
        }

        return source[from..at];
    }

    private void SkipDigits()
    {
        while (at < source.Length && char.IsAsciiDigit(source[at]))
        {
            at++;
        }
    }

    private void SkipSpaces()
    {
        while (at < source.Length && source[at] is ' ' or '\t')
        {
            at++;
        }
    }

    private bool TryTake(string token)
    {
        if (string.CompareOrdinal(source, at, token, 0, token.Length) != 0)
        {
            return false;
        }

        at += token.Length;
        return true;
    }
}
