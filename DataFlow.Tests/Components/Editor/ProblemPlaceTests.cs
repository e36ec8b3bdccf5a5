using System.Collections.Immutable;
using System.Text;
using AngleSharp.Dom;
using Bunit;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.TaskTypes;
using DataFlow.Tests.Workflows;
using DataFlow.Web.Components.Editor;
using Microsoft.AspNetCore.Components;

namespace DataFlow.Tests.Components.Editor;

public sealed class ProblemPlaceTests
{
    private static readonly ITaskCatalog s_catalog = EngineCatalog.Catalog;
    private static readonly WorkflowCompiler s_compiler = new(s_catalog);

    public static TheoryData<CorpusCase> Broken() => [.. Corpus.Broken];

    /// <summary>The form that a problem leads to, as the page shows it.</summary>
    private static IRenderedComponent<IComponent> Form(BunitContext context, ProblemPlace place, DefinitionDocument document, ImmutableArray<Problem> problems) => place switch
    {
        { Task: { } task } => context.Render<TaskInspector>(p => p.Add(f => f.Document, document).Add(f => f.TaskRef, task).Add(f => f.Catalog, s_catalog).Add(f => f.Problems, problems)),
        { End: "inputs" } => context.Render<InputsEditor>(p => p.Add(f => f.Document, document).Add(f => f.Problems, problems)),
        { End: "outputs" } => context.Render<OutputsEditor>(p => p.Add(f => f.Document, document).Add(f => f.Catalog, s_catalog).Add(f => f.Problems, problems)),
        _ => context.Render<WorkflowSettingsEditor>(p => p.Add(f => f.Document, document).Add(f => f.Problems, problems)),
    };

    /// <summary>The element that the page takes the keyboard to: the one marked with the pointer, or with the nearest place around it.</summary>
    private static IElement? Field(IEnumerable<IElement> marked, string pointer)
    {
        var all = marked.ToList();
        for (var at = pointer; ; at = at[..at.LastIndexOf('/')])
        {
            if (all.Find(element => element.GetAttribute("data-at") == at) is { } found) return found;
            if (!at.Contains('/', StringComparison.Ordinal)) return null;
        }
    }

    [Theory, MemberData(nameof(Broken))]
    public async Task Every_problem_of_the_corpus_is_said_at_a_card_and_a_field_that_are_there(CorpusCase given)
    {
        var problems = s_compiler.Compile(given.Bytes).Problems;
        if (DefinitionDocument.Parse(Encoding.UTF8.GetString(given.Bytes.Span)) is not { } document)
        {
            // Text that is no JSON object has no form; all of it is about the text.
            Assert.All(problems, problem => Assert.True(problem.Code is "type_mismatch" && problem.Pointer == "#" || JsonReading.Read(given.Bytes).Value is null || problem.Code == "too_large"));
            return;
        }

        await using var context = PageContext.Create();
        InspectorForm.CaretAtEnd(context);
        var cards = CanvasModel.Of(document, s_catalog, problems).Cards;
        foreach (var problem in problems)
        {
            var place = ProblemPlace.Of(document, problem);
            if (place.Task is not null) Assert.Contains(cards, card => card.Key == place.Task && card.Problems > 0);
            if (problem.Pointer.StartsWith("#/tasks/", StringComparison.Ordinal) && cards.Length > 0) Assert.NotNull(place.Task);

            var form = Form(context, place, document, problems);
            var field = Field(form.FindAll("[data-at]"), place.Pointer);

            Assert.NotNull(field);
            Assert.Contains(problem.Detail, field.TextContent, StringComparison.Ordinal);
            // Somebody with a keyboard can do something about it there.
            Assert.NotEmpty(field.QuerySelectorAll("input, select, textarea, button"));
        }
    }

    [Fact]
    public void Tasks_without_a_ref_of_their_own_are_called_by_their_position()
    {
        var document = DefinitionDocument.Parse("""{"name":"n","tasks":[{"type":"Echo"},{"ref":"a","type":"Echo"},{"ref":"a","type":"Echo"},5,{"ref":"#1","type":"Echo"}]}""")!;

        Assert.Equal(["#0", "a", "#2", "#3", "#4"], DefinitionEdits.Keys(document));
        Assert.Equal(["#0", "a", "#2", "#3", "#4"], CanvasModel.Of(document, s_catalog, []).Cards.Select(card => card.Key));
    }

    [Fact]
    public void What_is_called_by_its_position_is_taken_moved_and_copied_like_any_other()
    {
        var document = DefinitionDocument.Parse("""{"name":"n","tasks":[{"type":"Echo"},{"ref":"a","type":"Echo"},{"ref":"a","type":"Echo","timeout":1},5]}""")!;

        Assert.Equal(["a"], DefinitionEdits.Refs(DefinitionEdits.RemoveTasks(document, ["#0", "#2", "#3"]).Document));
        Assert.Equal(["a", "", "a", ""], DefinitionEdits.Refs(DefinitionEdits.MoveTask(document, "#0", 1)));
        Assert.Contains("\"timeout\": 1", DefinitionEdits.CopyTasks(document, ["#2"]), StringComparison.Ordinal);
        Assert.Equal(["#2"], EditorState.Start(document).Select(["#2", "#9"]).Selection);
    }

    [Fact]
    public async Task A_task_without_a_ref_gets_one_in_its_form()
    {
        await using var context = PageContext.Create();
        (string Old, string New)? renamed = null;
        var document = DefinitionDocument.Parse("""{"name":"n","tasks":[{"type":"Echo"}]}""")!;
        var form = context.Render<TaskInspector>(p => p.Add(f => f.Document, document).Add(f => f.TaskRef, "#0").Add(f => f.Catalog, s_catalog).Add(f => f.OnRename, to => renamed = to));
        await form.Find("#task-ref").ChangeAsync(new() { Value = "load" });
        Assert.Equal(("#0", "load"), renamed);
    }

    [Fact]
    public async Task An_entry_that_is_no_task_is_made_one_in_its_form()
    {
        await using var context = PageContext.Create();
        DefinitionEdit? edit = null;
        var document = DefinitionDocument.Parse("""{"name":"n","tasks":[5]}""")!;
        var form = context.Render<TaskInspector>(p => p.Add(f => f.Document, document).Add(f => f.TaskRef, "#0").Add(f => f.Catalog, s_catalog).Add(f => f.OnEdit, made => edit = made));
        await form.Find(".fix").ClickAsync(new());
        Assert.Equal(["task"], DefinitionEdits.Refs(edit!.Apply(document)));
    }

    [Theory]
    [InlineData("#/tasks/0", "load")]
    [InlineData("#/tasks/0/input/value/deep", "load (input.value.deep)")]
    [InlineData("#/tasks/1/when", "tasks.1.when")]
    [InlineData("#/tasks/9/when", "tasks.9.when")]
    [InlineData("#/input/0/default", "the input page")]
    [InlineData("#/output/0/value", "the output total")]
    [InlineData("#/name", "name")]
    public void A_place_is_said_by_the_names_a_person_gave(string pointer, string words)
    {
        var document = DefinitionDocument.Parse("""{"name":"n","input":[{"name":"page"}],"tasks":[{"ref":"load"},{"type":"Echo"}],"output":[{"name":"total"}]}""")!;
        Assert.Equal(words, ProblemPlace.WordsOf(document, pointer));
    }
}
