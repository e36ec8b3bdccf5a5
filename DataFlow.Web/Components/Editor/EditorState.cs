using System.Collections.Immutable;

namespace DataFlow.Web.Components.Editor;

/// <summary>A definition while somebody works on it: what it is, what is chosen, and the way back and forth. Immutable.</summary>
/// <param name="Document">As it stands.</param>
/// <param name="Selection">The refs of the chosen tasks; the last is the one the inspector shows.</param>
internal sealed record EditorState(DefinitionDocument Document, ImmutableArray<string> Selection)
{
    /// <summary>Steps back that are kept; each is a whole document, most of it shared by none.</summary>
    public const int MostSteps = 200;

    private sealed record Moment(string Label, DefinitionDocument Document, ImmutableArray<string> Selection);

    private ImmutableList<Moment> Past { get; init; } = [];

    private ImmutableStack<Moment> Future { get; init; } = [];

    /// <summary>What undo would take back, or <c>null</c>.</summary>
    public string? UndoLabel => Past is [.., var last] ? last.Label : null;

    /// <summary>What redo would do again, or <c>null</c>.</summary>
    public string? RedoLabel => Future.IsEmpty ? null : Future.Peek().Label;

    public static EditorState Start(DefinitionDocument document) => new(document, []);

    /// <summary>One step of work. A step that changes nothing is none.</summary>
    /// <param name="edit">The step.</param>
    /// <param name="select">What is chosen after it; default: what was, as far as it is still there.</param>
    /// <param name="joins">Whether it goes on with the step before when that has the same label (typing): both are undone as one.</param>
    public EditorState Apply(DefinitionEdit edit, ImmutableArray<string> select = default, bool joins = false)
    {
        var after = edit.Apply(Document);
        if (ReferenceEquals(after, Document)) return this;
        var past = joins && UndoLabel == edit.Label ? Past : Past.Add(new Moment(edit.Label, Document, Selection));
        if (past.Count > MostSteps) past = past.RemoveAt(0);
        return new EditorState(after, select.IsDefault ? Still(after, Selection) : select) { Past = past };
    }

    public EditorState Undo() => Past is [.., var last]
        ? new EditorState(last.Document, last.Selection) { Past = Past.RemoveAt(Past.Count - 1), Future = Future.Push(new Moment(last.Label, Document, Selection)) }
        : this;

    public EditorState Redo() => Future.IsEmpty
        ? this
        : new EditorState(Future.Peek().Document, Future.Peek().Selection) { Past = Past.Add(new Moment(Future.Peek().Label, Document, Selection)), Future = Future.Pop() };

    /// <summary>Chooses; no step of work.</summary>
    public EditorState Select(ImmutableArray<string> refs) => this with { Selection = Still(Document, refs) };

    /// <summary>Adds to what is chosen, or takes from it.</summary>
    public EditorState Toggle(string taskRef) => Select(Selection.Contains(taskRef) ? Selection.Remove(taskRef) : Selection.Add(taskRef));

    private static ImmutableArray<string> Still(DefinitionDocument document, ImmutableArray<string> refs)
    {
        var there = DefinitionEdits.Keys(document);
        return [.. refs.Where(name => there.Contains(name))];
    }
}
