using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DataFlow.Engine.Workflows;

/// <summary>Numbers by their digits, so that no size of integer is rounded before it is judged.</summary>
internal static class JsonNumber
{
    /// <summary>Whether a JSON number has no fraction: <c>5</c>, <c>1.0</c>, <c>12e2</c>.</summary>
    public static bool IsInteger(JsonElement number)
    {
        var raw = JsonMarshal.GetRawUtf8Value(number);
        var mantissa = raw;
        var exponent = 0L;
        if (raw.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var e)
        {
            mantissa = raw[..e];
            var digits = raw[(e + 1)..];
            if (digits[0] == '+') digits = digits[1..];

            // An exponent past the range of long is a fraction when negative; finite numbers have no such positive one unless they are zero.
            if (!Utf8Parser.TryParse(digits, out exponent, out _)) exponent = digits[0] == '-' ? long.MinValue / 2 : long.MaxValue / 2;
        }

        var point = mantissa.IndexOf((byte)'.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = (point < 0 ? default : mantissa[(point + 1)..]).TrimEnd((byte)'0');
        if (fraction.Length > 0) return exponent >= fraction.Length;

        var zeros = whole.Length - whole.TrimEnd((byte)'0').Length;
        return exponent >= -zeros || whole.TrimStart((byte)'-').TrimEnd((byte)'0').IsEmpty;
    }

    public static bool TryGetInt32(JsonElement number, out int value)
    {
        value = 0;
        if (!IsInteger(number) || number.GetDouble() is < int.MinValue or > int.MaxValue) return false;
        value = (int)number.GetDouble();
        return true;
    }
}
