namespace DataFlow.Web.Components.Editor;

/// <summary>What is true of a card now, beside its status.</summary>
/// <param name="Words">In the place of the line: <c>attempt 2 of 4, in 3 s</c>; empty: the line stays.</param>
/// <param name="Fraction">How far it has come, 0 to 1; <c>null</c>: it does not tell.</param>
/// <param name="IsPinned">Whether tests take its output from a pin.</param>
/// <param name="IsTest">Whether the status is of a test.</param>
public sealed record CanvasFact(string Words, double? Fraction = null, bool IsPinned = false, bool IsTest = false);
