using System.Globalization;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Web.Components.Pages;

/// <summary>The text in step with the graph: what is chosen in one is shown in the other.</summary>
public sealed partial class WorkflowPage
{
    private bool showsJson, beside, fromText;
    private (string? Pointer, string Text, object? Editor) lit;
    private (DefinitionDocument? Document, string? Task, Reachable? Found) reached;

    private bool HasTextBeside => showsJson && beside;

    /// <summary>What is chosen, as a pointer into the text.</summary>
    private string? ChosenPointer => state!.Selection is [.., var last]
        ? DefinitionEdits.IndexOf(state.Document, last) is >= 0 and var index ? string.Create(CultureInfo.InvariantCulture, $"#/tasks/{index}") : null
        : end switch { "inputs" => "#/input", "outputs" => "#/output", _ => null };

    private async Task ShowSideAsync(bool json, bool next = false)
    {
        if (json == showsJson && (!json || next == beside)) return;
        if (editor is not null) await ReadTextAsync(await editor.ReadAsync());
        // A part of a page that is gone is not called any more.
        (showsJson, beside, editor) = (json, json && next, null);
    }

    /// <summary>Lights in the text what is chosen; scrolls there only if the choice came from elsewhere, so that neither drives the other.</summary>
    private async Task LightAsync()
    {
        if (editor is null || state is null) return;
        var pointer = ChosenPointer;
        if (lit == (pointer, text, editor)) return;
        var isOther = lit.Pointer != pointer || !ReferenceEquals(lit.Editor, editor);
        (lit, var came) = ((pointer, text, editor), fromText);
        fromText = false;
        await editor.LightAsync(pointer is null ? null : map.Whole(pointer), scroll: isOther && !came);
    }

    /// <summary>The cursor rests in the text: the card of that place is chosen.</summary>
    private async Task FollowCursorAsync((int Line, int Column) at)
    {
        if (state is null || broken) return;
        var place = ProblemPlace.Of(state.Document, new Problem(map.At(at.Line, at.Column), "", ""));
        var same = place.Task is { } task ? state.Selection is [var only] && only == task : state.Selection.IsEmpty && end == place.End;
        if (same) return;
        fromText = true;
        Choose(place.Task is null ? [] : [place.Task]);
        end = place.End;
        if (place.Task is not null && canvas is not null) await canvas.RevealAsync(place.Task, focus: false);
    }

    private DefinitionCompletion? Complete(int line, int column, string typed)
    {
        if (state is null) return null;
        var place = ProblemPlace.Of(state.Document, new Problem(map.At(line, column), "", ""));
        var task = place.Task is { } key && DefinitionEdits.PositionIn(key) < 0 ? key : null;
        if (!ReferenceEquals(reached.Document, state.Document) || reached.Task != task)
            reached = (state.Document, task, Reachable.At(ParameterFieldText.Element(state.Document.Root), task, Engine.TaskTypes));
        return JsonCompletion.At(typed, column, reached.Found?.References ?? []);
    }
}
