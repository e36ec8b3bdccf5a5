using System.Text.Json;
using Microsoft.JSInterop;

namespace DataFlow.Web.Components.Editor;

/// <summary>Work that was not saved.</summary>
/// <param name="Version">The version it was made on; <c>null</c>: a new workflow.</param>
/// <param name="Text">The text of the editor, be it JSON or not yet.</param>
internal sealed record Draft(int? Version, string Text);

/// <summary>Drafts in the browser: they survive a reload, a lost circuit and a restart of the server.</summary>
internal sealed class DraftStore(IJSRuntime js) : IAsyncDisposable
{
    private Task<IJSObjectReference>? module;

    public async Task<Draft?> ReadAsync(string key)
    {
        try
        {
            var stored = await (await ModuleAsync()).InvokeAsync<string?>("readDraft", NameOf(key));
            return stored is null ? null : JsonSerializer.Deserialize<Draft>(stored);
        }
        catch (Exception exception) when (exception is JsonException or JSException or JSDisconnectedException)
        {
            // What another program left under the name is no draft.
            return null;
        }
    }

    /// <summary>Keeps a draft, or with none forgets it.</summary>
    public async Task KeepAsync(string key, Draft? draft)
    {
        try
        {
            if (draft is null) await (await ModuleAsync()).InvokeVoidAsync("dropDraft", NameOf(key));
            else await (await ModuleAsync()).InvokeVoidAsync("writeDraft", NameOf(key), JsonSerializer.Serialize(draft));
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone; what it kept before is there still.
        }
    }

    /// <summary>Scrolls the text to a line without taking the keyboard.</summary>
    public async Task ScrollTextAsync(int line) => await (await ModuleAsync()).InvokeVoidAsync("scrollText", line);

    public async ValueTask DisposeAsync()
    {
        if (module is null) return;
        try
        {
            await (await module).DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its modules with it.
        }
        module = null;
    }

    private static string NameOf(string key) => $"dataflow.draft.{key}";

    private Task<IJSObjectReference> ModuleAsync() => module ??= js.InvokeAsync<IJSObjectReference>("import", "/Components/Editor/WorkflowCanvas.razor.js").AsTask();
}
