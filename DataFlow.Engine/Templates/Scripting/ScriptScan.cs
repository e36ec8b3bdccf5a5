using System.Collections.Immutable;
using Scriban.Parsing;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>
/// Reads the tokens of a template before the parser does: finds the <c>{{ … }}</c>, and refuses what could exhaust the parser's stack.
/// The tokenizer is a loop and can not overflow.
/// </summary>
/// <param name="Regions">Offsets of what stands between the braces.</param>
/// <param name="Fault">Why the parser must not see it.</param>
internal sealed record ScriptScan(ImmutableArray<(int Start, int End)> Regions, ScriptFault? Fault)
{
    public static ScriptScan Of(string source)
    {
        if (source.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var zero)
        {
            // The tokenizer takes it for the end: the rest of the text would be lost without a word.
            return Refused(ScriptFault.Syntax(new TextPosition(zero, 0, zero), "A template can not contain the character U+0000."));
        }

        var regions = ImmutableArray.CreateBuilder<(int, int)>();
        var opened = TextPosition.Eof;
        var isOpen = false;
        var depth = 0;
        var prefixes = 0;
        foreach (var token in new Lexer(source))
        {
            switch (token.Type)
            {
                case TokenType.CodeEnter:
                    (opened, isOpen, depth, prefixes) = (token.Start, true, 0, 0);
                    regions.Add((token.End.Offset + 1, 0));
                    break;
                case TokenType.CodeExit:
                    if (isOpen)
                    {
                        regions[^1] = (regions[^1].Item1, token.Start.Offset);
                        if (source.AsSpan(regions[^1].Item1..token.Start.Offset).IsWhiteSpace())
                        {
                            return Refused(ScriptFault.Syntax(opened, "There is nothing between '{{' and '}}'."));
                        }
                    }

                    isOpen = false;
                    break;
                case TokenType.EscapeEnter:
                    (opened, isOpen) = (token.Start, true);
                    break;
                case TokenType.EscapeExit:
                    isOpen = false;
                    break;
                case TokenType.OpenParen or TokenType.OpenBracket or TokenType.OpenBrace or TokenType.OpenInterpolatedBrace:
                    depth++;
                    break;
                case TokenType.CloseParen or TokenType.CloseBracket or TokenType.CloseBrace or TokenType.CloseInterpolatedBrace:
                    depth--;
                    prefixes = 0;
                    break;
                case TokenType.Exclamation or TokenType.Minus or TokenType.Plus or TokenType.Arroba or TokenType.Caret or TokenType.DoublePlus or TokenType.DoubleMinus:
                    prefixes++;
                    break;
                case TokenType.Integer or TokenType.Float when HasHugeExponent(source.AsSpan(token.Start.Offset, token.End.Offset - token.Start.Offset + 1)):
                    return Refused(ScriptFault.Syntax(token.Start, "The exponent of a number is too large."));
                case TokenType.Whitespace or TokenType.WhitespaceFull or TokenType.NewLine:
                    break;
                default:
                    prefixes = 0;
                    break;
            }

            if (depth > TemplateLimits.Nesting || prefixes > TemplateLimits.Nesting)
            {
                return Refused(new ScriptFault(token.Start, "template_too_deep", $"Brackets or operators are nested deeper than {TemplateLimits.Nesting}."));
            }
        }

        return isOpen
            ? Refused(ScriptFault.Syntax(opened, "What is opened here with '{{' is not closed with '}}'."))
            : new ScriptScan(regions.ToImmutable(), null);
    }

    private static ScriptScan Refused(ScriptFault fault) => new([], fault);

    private static bool HasHugeExponent(ReadOnlySpan<char> number)
    {
        var exponent = number.LastIndexOfAny('e', 'E');
        return exponent >= 0 && number[(exponent + 1)..].Trim("+-").TrimEnd("fFdDmM").Length > TemplateLimits.ExponentDigits;
    }
}
