using CsCheck;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

public sealed class StateUndoTests
{
    [Fact]
    public void Undoing_all_gives_the_first_document_and_redoing_all_the_last() => StateDocuments.Any.Select(Gen.Select(Gen.Int[0, 8], Gen.Int[0, 99], Gen.Int[0, 99]).Array[0, 20]).Sample((document, steps) =>
    {
        var state = EditorState.Start(document);
        foreach (var (kind, one, two) in steps) state = state.Apply(StateDocuments.EditOf(state.Document, kind, one, two));
        var last = state.Document.ToJson();
        while (state.UndoLabel is not null) state = state.Undo();
        Assert.Equal(document.ToJson(), state.Document.ToJson());
        while (state.RedoLabel is not null) state = state.Redo();
        Assert.Equal(last, state.Document.ToJson());
    }, iter: 500);

    [Fact]
    public void Undo_gives_back_what_was_chosen_and_tells_what_it_takes_back()
    {
        var state = EditorState.Start(StateDocuments.Of("a b")).Select(["a", "b"])
            .Apply(new DefinitionEdit("Delete a", was => DefinitionEdits.RemoveTasks(was, ["a"]).Document));
        Assert.Equal(["b"], state.Selection);
        Assert.Equal("Delete a", state.UndoLabel);
        Assert.Equal(["a", "b"], state.Undo().Selection);
        Assert.Equal("Delete a", state.Undo().RedoLabel);
    }

    [Fact]
    public void Typing_is_undone_as_one()
    {
        var state = EditorState.Start(StateDocuments.Of("a"));
        foreach (var name in new[] { "n", "ne", "new" })
            state = state.Apply(new DefinitionEdit("Name the workflow", was => DefinitionEdits.SetMember(was, name, "name")), joins: true);
        Assert.Equal("t", state.Undo().Document.ToTree()["name"]!.GetValue<string>());
    }

    [Fact]
    public void A_new_step_ends_the_way_forth_and_a_step_that_changes_nothing_is_none()
    {
        var state = EditorState.Start(StateDocuments.Of("a b")).Apply(new DefinitionEdit("Delete a", was => DefinitionEdits.RemoveTasks(was, ["a"]).Document)).Undo();
        Assert.Same(state, state.Apply(new DefinitionEdit("Nothing", was => DefinitionEdits.Connect(was, "a", "b"))));
        Assert.Null(state.Apply(new DefinitionEdit("Delete b", was => DefinitionEdits.RemoveTasks(was, ["b"]).Document)).RedoLabel);
    }

    [Fact]
    public void The_oldest_steps_are_forgotten_beyond_the_limit()
    {
        var state = EditorState.Start(StateDocuments.Of("a"));
        for (var i = 0; i < EditorState.MostSteps + 5; i++)
        {
            var number = i;
            state = state.Apply(new DefinitionEdit($"{i}", was => DefinitionEdits.SetMember(was, number, "timeout")));
        }
        while (state.UndoLabel is not null) state = state.Undo();
        Assert.Equal(4, state.Document.ToTree()["timeout"]!.GetValue<int>());
    }
}
