namespace DataFlow.Web.Api.Requests;

/// <summary>Repeats what a caller sent: at most 80 characters, control characters left visible and harmless.</summary>
internal static class Echo
{
    private const int Longest = 80;

    public static string Of(string text)
    {
        var shown = text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest - 1), "…");
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = char.IsControl(source[i]) ? '\u241B' : source[i];
        });
    }
}
