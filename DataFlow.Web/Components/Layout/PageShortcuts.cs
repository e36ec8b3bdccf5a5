using System.Collections.Immutable;

namespace DataFlow.Web.Components.Layout;

/// <summary>A key of the page that is open.</summary>
/// <param name="Key">As the browser calls it: <c>j</c>, <c>Escape</c>.</param>
/// <param name="Shown">As it stands on the keyboard.</param>
/// <param name="Does">What it does.</param>
/// <param name="Run">Does it.</param>
public sealed record PageShortcut(string Key, string Shown, string Does, Func<Task> Run);

/// <summary>The keys of the page that is open, beside those that hold everywhere. One to a circuit.</summary>
public sealed class PageShortcuts
{
    private object? owner;

    /// <summary>Where they hold: <c>On an execution</c>.</summary>
    public string Heading { get; private set; } = "";

    public ImmutableArray<PageShortcut> All { get; private set; } = [];

    public void Offer(object page, string heading, ImmutableArray<PageShortcut> shortcuts) => (owner, Heading, All) = (page, heading, shortcuts);

    /// <summary>The page has gone; one that came after it keeps its own.</summary>
    public void Withdraw(object page)
    {
        if (ReferenceEquals(owner, page)) (owner, Heading, All) = (null, "", []);
    }

    public Task RunAsync(string key) => All.FirstOrDefault(shortcut => shortcut.Key == key)?.Run() ?? Task.CompletedTask;
}
