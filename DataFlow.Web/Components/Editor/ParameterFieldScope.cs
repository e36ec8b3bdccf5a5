using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DataFlow.Engine.Workflows;
using Microsoft.AspNetCore.Components;

namespace DataFlow.Web.Components.Editor;

/// <summary>What all fields of one form share.</summary>
/// <param name="Document">The definition as it stands.</param>
/// <param name="Problems">What the engine's checker says of it.</param>
/// <param name="OnEdit">Where edits go.</param>
/// <param name="Id">Starts the ids of the form's elements: two forms on a page must not share them.</param>
public sealed record ParameterFieldScope(DefinitionDocument Document, ImmutableArray<Problem> Problems, EventCallback<DefinitionEdit> OnEdit, string Id)
{
    /// <summary>What expressions can name here; <c>null</c>: nothing is offered and nothing checked while typing.</summary>
    public Reachable? Reachable { get; init; }

    /// <summary>Values to show what expressions give; <c>null</c>: there has been no execution.</summary>
    public ReachableData? Sample { get; init; }

    /// <summary>Whose values these are.</summary>
    public string SampleOf { get; init; } = "Last execution";

    /// <summary>Puts a value in.</summary>
    public Task SetAsync(ParameterFieldPlace place, string label, JsonNode? value) => OnEdit.InvokeAsync(new DefinitionEdit($"Change {label}", document => place.Set(document, value)));

    /// <summary>Takes a value out.</summary>
    public Task RemoveAsync(ParameterFieldPlace place, string label) => OnEdit.InvokeAsync(new DefinitionEdit($"Clear {label}", place.Remove));

    /// <summary>What is wrong at a place, or anywhere inside it.</summary>
    public string? WrongAt(ParameterFieldPlace place, bool inside) => Problems.IsEmpty ? null : ProblemsAt(place, inside).FirstOrDefault()?.Detail;

    /// <summary>All that is wrong at a place, or anywhere inside it.</summary>
    public IEnumerable<Problem> ProblemsAt(ParameterFieldPlace place, bool inside)
    {
        if (Problems.IsEmpty) return [];
        var pointer = place.Pointer(Document);
        return Problems.Where(problem => problem.Pointer == pointer || inside && problem.Pointer.StartsWith(pointer + "/", StringComparison.Ordinal));
    }
}
