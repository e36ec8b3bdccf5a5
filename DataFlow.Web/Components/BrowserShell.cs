using Microsoft.JSInterop;

namespace DataFlow.Web.Components;

/// <summary>What pages ask of the browser: its zone, its clipboard, a download, the focus. See <c>wwwroot/js/shell.js</c>.</summary>
internal sealed class BrowserShell(IJSRuntime js) : IAsyncDisposable
{
    private Task<IJSObjectReference>? module;

    public async Task<TimeZoneInfo> ReadTimeZoneAsync()
    {
        var name = await (await ModuleAsync()).InvokeAsync<string>("timeZone");
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    public async Task<bool> CopyAsync(string text) => await (await ModuleAsync()).InvokeAsync<bool>("copy", text);

    public async Task DownloadAsync(string name, string text) => await (await ModuleAsync()).InvokeVoidAsync("download", name, text);

    public async Task FocusAsync(string id) => await (await ModuleAsync()).InvokeVoidAsync("focus", id);

    /// <param name="now">The server's time: durations are counted from it, whatever the browser's clock says.</param>
    public async Task<IJSObjectReference> ListenAsync<T>(DotNetObjectReference<T> page, DateTimeOffset now) where T : class =>
        await (await ModuleAsync()).InvokeAsync<IJSObjectReference>("listen", page, now.ToUnixTimeMilliseconds());

    /// <summary>Brings into sight the line of what was chosen in its list, and its panel.</summary>
    public async Task RevealChosenAsync(string selector) => await (await ModuleAsync()).InvokeVoidAsync("revealChosen", selector);

    public async Task<string> ReadThemeAsync() => await js.InvokeAsync<string>("dataflowTheme.read");

    public async Task ChooseThemeAsync(string choice) => await js.InvokeVoidAsync("dataflowTheme.choose", choice);

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
    }

    private Task<IJSObjectReference> ModuleAsync() => module ??= js.InvokeAsync<IJSObjectReference>("import", "/js/shell.js").AsTask();
}
