using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine;
using Microsoft.JSInterop;

namespace DataFlow.Web.Components.Editor;

/// <summary>Pinned outputs in the browser, beside the draft: never part of the definition, nobody else's.</summary>
internal sealed class PinStore(IJSRuntime js) : IAsyncDisposable
{
    /// <summary>All pins of a workflow together, in characters of JSON: browsers keep five million of a site, and what is read back crosses the circuit at once.</summary>
    public const int Most = 1_000_000;

    private Task<IJSObjectReference>? module;

    public async Task<ImmutableDictionary<string, JsonElement>> ReadAsync(string key)
    {
        try
        {
            var stored = await (await ModuleAsync()).InvokeAsync<string?>("read", NameOf(key));
            if (stored is not null) return JsonSerializer.Deserialize<ImmutableDictionary<string, JsonElement>>(stored, EngineJson.Options) ?? None;
        }
        catch (Exception exception) when (exception is JsonException or JSException or JSDisconnectedException)
        {
            // What another program left under the name are no pins.
        }
        return None;
    }

    /// <summary>Keeps pins, or with none forgets them. False: the browser has no room for them.</summary>
    public async Task<bool> KeepAsync(string key, ImmutableDictionary<string, JsonElement> pins)
    {
        try
        {
            return await (await ModuleAsync()).InvokeAsync<bool>("write", NameOf(key), pins.IsEmpty ? null : JsonSerializer.Serialize(pins, EngineJson.Options));
        }
        catch (JSDisconnectedException)
        {
            return false;
        }
    }

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

    public static ImmutableDictionary<string, JsonElement> None => ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>Whether these together are more than is kept.</summary>
    public static bool AreTooLarge(ImmutableDictionary<string, JsonElement> pins) => pins.Sum(pin => pin.Key.Length + pin.Value.GetRawText().Length + 6) > Most;

    private static string NameOf(string key) => $"dataflow.pins.{key}";

    private Task<IJSObjectReference> ModuleAsync() => module ??= js.InvokeAsync<IJSObjectReference>("import", "/js/pins.js").AsTask();
}
