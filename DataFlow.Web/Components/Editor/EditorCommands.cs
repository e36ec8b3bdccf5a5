namespace DataFlow.Web.Components.Editor;

/// <summary>Something that can be done on the page that is open.</summary>
/// <param name="Icon">Its picture.</param>
/// <param name="Words">What it does: <c>Add a task</c>.</param>
/// <param name="Kind">What kind of thing it is: <c>Command</c>, <c>Task</c>.</param>
/// <param name="Run">Does it.</param>
public sealed record EditorCommand(string Icon, string Words, string Kind, Func<Task> Run);

/// <summary>What the open editor can do, for whoever looks for it elsewhere on the page. One to a circuit.</summary>
public sealed class EditorCommands
{
    private object? owner;
    private Func<IEnumerable<EditorCommand>>? offered;

    /// <summary>Whether an editor is open.</summary>
    public bool IsOpen => offered is not null;

    /// <summary>All of them as they stand.</summary>
    public IEnumerable<EditorCommand> All => offered?.Invoke() ?? [];

    public void Offer(object page, Func<IEnumerable<EditorCommand>> commands) => (owner, offered) = (page, commands);

    /// <summary>The page has gone; one that came after it keeps its own.</summary>
    public void Withdraw(object page)
    {
        if (ReferenceEquals(owner, page)) (owner, offered) = (null, null);
    }
}
