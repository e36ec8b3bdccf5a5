using System.Collections.Immutable;

namespace DataFlow.Web.Samples;

/// <summary>A workflow to begin from.</summary>
/// <param name="Id">Its name in addresses.</param>
/// <param name="Teaches">What can be learnt from it, in a few words.</param>
/// <param name="Needs">What it needs to run; <c>null</c>: nothing.</param>
/// <param name="Json">The definition.</param>
public sealed record GallerySample(string Id, string Teaches, string? Needs, string Json);

/// <summary>The samples that come with the product, carried inside the program. None needs a key.</summary>
/// <param name="ownAddress">Where this server reaches itself; <c>null</c>: nowhere.</param>
internal sealed class SampleGallery(Func<string?> ownAddress)
{
    /// <summary>Stands in the files for the server itself.</summary>
    private const string WrittenAddress = "http://127.0.0.1:5000";

    private static readonly ImmutableArray<(string Id, string File, string Teaches, bool AsksItself)> s_all =
    [
        ("shorten-a-note", "gallery.shorten-a-note.json", "One task after the other; what one gives the next one takes.", false),
        ("approve-an-order", "gallery.approve-an-order.json", "Two ways with when, and ?? to bring them together again.", false),
        ("three-at-once", "gallery.three-at-once.json", "depends_on: tasks side by side, and one that waits for them all.", false),
        ("keep-going", "gallery.keep-going.json", "retry with a pause, then on_error: something else stands in.", false),
        ("remind-me", "gallery.remind-me.json", "Flow.Wait: waiting costs nothing and survives a restart.", false),
        ("read-json", "gallery.read-json.json", "Json.Parse, and expressions that filter, sort and join.", false),
        ("orders-from-an-api", "gallery.orders-from-an-api.json", "Http.Request with headers and retries, and its JSON in expressions.", true),
        ("summarize-a-page", SampleFiles.StartWorkflow, "Web.Download and Web.ExtractText: the main text of a page, in short.", true),
    ];

    /// <summary>All of them, the simplest first.</summary>
    public ImmutableArray<GallerySample> All => [.. s_all.Select(sample => new GallerySample(
        sample.Id, sample.Teaches, sample.AsksItself ? "Asks this server; elsewhere it needs the network." : null, DefinitionOf(sample.File)))];

    /// <summary>One of them; <c>null</c>: there is none of that name.</summary>
    public GallerySample? Find(string? id) => All.FirstOrDefault(sample => sample.Id == id);

    private string DefinitionOf(string file)
    {
        var text = SampleFiles.Definition(file);
        return ownAddress() is { } address ? text.Replace(WrittenAddress, address, StringComparison.Ordinal) : text;
    }
}
