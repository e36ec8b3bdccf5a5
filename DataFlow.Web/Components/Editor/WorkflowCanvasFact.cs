namespace DataFlow.Web.Components.Editor;

/// <summary>What is true of a card now, while its status says less.</summary>
/// <param name="Words">In the place of the line: <c>attempt 2 of 4, in 3 s</c>.</param>
/// <param name="Fraction">How far it has come, 0 to 1; <c>null</c>: it does not tell.</param>
public sealed record CanvasFact(string Words, double? Fraction = null);
