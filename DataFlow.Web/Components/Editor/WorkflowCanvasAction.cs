namespace DataFlow.Web.Components.Editor;

/// <summary>What somebody did on the canvas, once it is done.</summary>
/// <param name="Kind"><c>select</c>, <c>toggle</c>, <c>band</c>, <c>end</c>, <c>insert</c>, <c>cut</c>, <c>move</c>, <c>connect</c>, <c>drop</c>, <c>paste</c>, or <c>key</c>.</param>
/// <param name="Refs">The cards it was done to.</param>
/// <param name="From">Where an edge begins; <c>null</c>: at the inputs.</param>
/// <param name="To">Where it ends; <c>null</c>: at the outputs.</param>
/// <param name="Text">The task type dropped, the text pasted, the key pressed, or which end.</param>
public sealed record CanvasAction(string Kind, string[]? Refs = null, string? From = null, string? To = null, string? Text = null);
