using System.Collections.Immutable;
using System.Text;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Web.Components.Pages;

/// <summary>What is wrong with the definition, where it is put right, and the ways out.</summary>
public sealed partial class WorkflowPage
{
    private ImmutableArray<Problem> problems = [];
    private EditorFixes fixes = EditorFixes.None;
    private JsonPointerMap map = JsonPointerMap.Of("");
    private bool truncated;

    /// <summary>The field that gets the keyboard once its form is drawn.</summary>
    private string? wanted;

    private void Check()
    {
        var compilation = Engine.Validate(Encoding.UTF8.GetBytes(text));
        Judge(compilation.Problems, compilation.Truncated);
        map = JsonPointerMap.Of(text);
        model = CanvasModel.Of(state!.Document, Engine.TaskTypes, problems);
    }

    private void Judge(ImmutableArray<Problem> found, bool more)
    {
        (problems, truncated) = (found, more);
        fixes = found.IsEmpty ? EditorFixes.None : new EditorFixes(found, Engine.FindFixes(Encoding.UTF8.GetBytes(text), found));
    }

    private Task MarkAsync() => editor is null ? Task.CompletedTask
        : editor.MarkAsync([.. problems.Select(problem => new DefinitionMark(map.Find(problem.Pointer), problem.Detail, fixes.Of(problem)))]);

    private async Task GoToAsync(Problem problem)
    {
        // Text that is no JSON yet has no form: it is put right where it is wrong. In step with the text the form is at hand too.
        if (broken && !showsJson) await ShowSideAsync(json: true);
        if (showsJson && editor is not null) await editor.RevealAsync(map.Find(problem.Pointer));
        if (broken) return;
        var place = ProblemPlace.Of(state!.Document, problem);
        Choose(place.Task is null ? [] : [place.Task]);
        end = place.End;
        if (place.Task is not null && canvas is not null) await canvas.RevealAsync(place.Task, focus: false);
        if (!showsJson || beside) wanted = place.Pointer;
    }

    private async Task FocusWantedAsync()
    {
        if (wanted is not { } pointer) return;
        wanted = null;
        await Drafts.FocusAtAsync(pointer);
    }

    /// <summary>A way out, taken in the text or beside a problem. What it renames stays chosen.</summary>
    private Task FixAsync(ProblemFix fix) => TakeAsync(EditorFixes.EditOf(fix));

    private Task TakeAsync(DefinitionEdit edit)
    {
        var chosen = state!.Selection.Select(name => DefinitionEdits.IndexOf(state.Document, name)).ToList();
        var next = state.Apply(edit);
        var keys = DefinitionEdits.Keys(next.Document);
        return ShowAsync(keys.Length == DefinitionEdits.Keys(state.Document).Length ? next.Select([.. chosen.Where(index => index >= 0).Select(index => keys[index])]) : next);
    }
}
