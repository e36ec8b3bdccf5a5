using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.JSInterop;

namespace DataFlow.Web.Components.Editor;

/// <summary>Work that was not saved, as a browser kept it.</summary>
/// <param name="Version">The version it was made on; <c>null</c>: a new workflow.</param>
/// <param name="Text">The text of the editor, be it JSON or not yet; <c>null</c>: that of the version.</param>
/// <param name="Typed">What was typed into fields and had not reached the text, by JSON pointer.</param>
/// <param name="At">When, in milliseconds since 1970.</param>
/// <param name="Key">Its name in the browser.</param>
/// <param name="IsOwn">Whether this tab kept it, not another one.</param>
public sealed record Draft(int? Version, string? Text, ImmutableDictionary<string, string>? Typed = null, long At = 0, string Key = "", bool IsOwn = false);

/// <summary>What a browser kept about one workflow.</summary>
/// <param name="Drafts">Each tab's own.</param>
/// <param name="Resumed">Whether the page was loaded again because the server had been away.</param>
internal sealed record DraftsFound(ImmutableArray<Draft> Drafts, bool Resumed);

/// <summary>Drafts in the browser: they survive a reload, a lost circuit and a restart of the server. See <c>wwwroot/js/editing.js</c>.</summary>
internal sealed class DraftStore(IJSRuntime js) : IAsyncDisposable
{
    private static readonly DraftsFound s_none = new([], Resumed: false);
    private Task<IJSObjectReference?>? module;

    /// <summary>From now on what is typed is kept under this workflow; answers what was kept before, the newest first.</summary>
    public async Task<DraftsFound> OpenAsync<T>(string workflow, int? version, DotNetObjectReference<T> page)
        where T : class
    {
        try
        {
            var found = await ModuleAsync() is { } open ? await open.InvokeAsync<string?>("open", workflow, version, page) : null;
            if (found is null || JsonSerializer.Deserialize<DraftsFound>(found, JsonSerializerOptions.Web) is not { } read) return s_none;
            return read with { Drafts = [.. read.Drafts.OrderByDescending(draft => draft.At)] };
        }
        catch (Exception exception) when (exception is JsonException or JSException or JSDisconnectedException)
        {
            // What another program left under the name is no draft.
            return s_none;
        }
    }

    /// <summary>Keeps the text; <c>null</c>: nothing is unsaved.</summary>
    public Task KeepAsync(int? version, string? text) => CallAsync("keep", version, text);

    /// <summary>Forgets a draft.</summary>
    public Task DropAsync(string key) => CallAsync("drop", key);

    /// <summary>Takes the keyboard to the field of a pointer.</summary>
    public Task FocusAtAsync(string pointer) => CallAsync("focusAt", pointer);

    public async ValueTask DisposeAsync()
    {
        if (module is null) return;
        try
        {
            if (await module is { } loaded) await loaded.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its modules with it.
        }
        module = null;
    }

    private async Task CallAsync(string what, params object?[] with)
    {
        try
        {
            if (await ModuleAsync() is { } loaded) await loaded.InvokeVoidAsync(what, with);
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone; what it kept before is there still.
        }
    }

    private Task<IJSObjectReference?> ModuleAsync() => module ??= js.InvokeAsync<IJSObjectReference?>("import", "/js/editing.js").AsTask();
}
