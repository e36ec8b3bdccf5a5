using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Workflows;
using DataFlow.Web.Samples;
using Microsoft.AspNetCore.Components;

namespace DataFlow.Web.Components.Pages;

/// <summary>What a new workflow begins as.</summary>
public sealed partial class WorkflowPage
{
    /// <summary>In place of a sample: nothing.</summary>
    public const string Blank = "blank";

    /// <summary>The sample that a new workflow begins as; <see cref="Blank"/>: nothing at all.</summary>
    [SupplyParameterFromQuery(Name = "sample")] public string? Sample { get; set; }

    [Inject] internal SampleGallery Samples { get; set; } = null!;

    [Inject] internal DefinitionHandover Handover { get; set; } = null!;

    private async Task OpenNewAsync()
    {
        await OpenAsync(null, Sample == Blank ? StartingDefinition.Blank : Samples.Find(Sample)?.Json ?? StartingDefinition.Json);
        // An edit: what somebody brought is theirs, is kept in the browser as a draft, and one undo away from nothing.
        if (Handover.Take() is { } brought && DefinitionDocument.Parse(brought) is { } document) await EditAsync(new DefinitionEdit("Bring in a definition", _ => document));
    }
}
