namespace DataFlow.Web.Components.Workflows;

/// <summary>A definition on its way from the page where it was pasted or chosen to the editor; it goes with the tab.</summary>
internal sealed class DefinitionHandover
{
    private string? _json;

    public void Give(string json) => _json = json;

    /// <summary>Once; <c>null</c>: there is none.</summary>
    public string? Take()
    {
        var json = _json;
        _json = null;
        return json;
    }
}
