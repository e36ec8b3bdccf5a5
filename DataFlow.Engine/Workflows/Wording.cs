using System.Globalization;
using System.Text;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>How types and values are said in details. What users sent is cut at 80 characters and cannot break a line or a log.</summary>
internal static class Wording
{
    private const int Echoed = 80;

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++length > Echoed)
            {
                quoted.Append('…');
                break;
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                quoted.Append(rune.ToString());
        }

        return quoted.Append('\'').ToString();
    }

    public static string A(DataType type) => type switch
    {
        DataType.String => "a string",
        DataType.Integer => "an integer",
        DataType.Number => "a number",
        DataType.Boolean => "a boolean",
        DataType.Object => "an object",
        DataType.Array => "an array",
        DataType.File => "a file",
        _ => "any value",
    };

    public static string Found(JsonElement value, bool secret) => value.ValueKind switch
    {
        JsonValueKind.String => secret ? "a string" : $"the string {Quote(value.GetString()!)}",
        JsonValueKind.Number => secret ? "a number" : $"the number {Shorten(value.GetRawText())}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => "null",
    };

    public static string Raw(JsonElement value) => Shorten(value.ValueKind == JsonValueKind.String ? Quote(value.GetString()!) : value.GetRawText());

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static int Characters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    /// <summary>Somebody else's message, which may repeat what users sent.</summary>
    public static string Line(string text) => string.Concat(text.Take(300).Select(c => char.IsControl(c) ? ' ' : c));

    public static string Shorten(string text) => text.Length <= Echoed + 2 ? text : string.Concat(text.AsSpan(0, Echoed), "…");
}
