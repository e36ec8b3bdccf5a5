using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;
using DataFlow.Tests.TaskTypes;
using DataFlow.Tests.Workflows;
using DataFlow.Web.Components.Editor;
using Microsoft.AspNetCore.Components;

namespace DataFlow.Tests.Components.Editor;

/// <summary>The inspector of one task over a document that takes its edits, as the page does.</summary>
internal sealed class InspectorForm : IAsyncDisposable
{
    public static readonly ITaskCatalog Catalog = new TaskCatalog([.. TestCatalog.Instance.All, new RichTask()]);

    private readonly BunitContext _context = PageContext.Create();
    private readonly string _ref;

    public InspectorForm(string json, string taskRef, ReachableData? sample = null)
    {
        (_ref, Document) = (taskRef, DefinitionDocument.Parse(json)!);
        CaretAtEnd(_context);
        Form = _context.Render<TaskInspector>(p => Fill(p.Add(i => i.OnEdit, Take).Add(i => i.OnRename, to => Renamed = to).Add(i => i.Sample, sample)));
    }

    public IRenderedComponent<TaskInspector> Form { get; }

    public DefinitionDocument Document { get; private set; }

    public List<string> Edits { get; } = [];

    public (string Old, string New)? Renamed { get; private set; }

    /// <summary>The task as it stands, without blanks.</summary>
    public string Task => JsonNode.Parse(Document.ToJson())!["tasks"]!.AsArray().Single(task => (string?)task!["ref"] == _ref)!.ToJsonString();

    public ImmutableArray<Problem> Problems => new WorkflowCompiler(Catalog).Compile(Encoding.UTF8.GetBytes(Document.ToJson())).Problems;

    /// <summary>The field of that name; the one with <paramref name="nth"/> others of it before.</summary>
    public IElement Field(string label, int nth = 0) => Form.Find($"[id='{Form.FindAll("label").Where(found => found.TextContent == label).ElementAt(nth).GetAttribute("for")}']");

    public IElement Button(string label) => Form.FindAll("button").Single(button => button.GetAttribute("aria-label") == label || button.TextContent.Trim() == label);

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    /// <summary>A browser whose caret stands behind what was typed.</summary>
    public static void CaretAtEnd(BunitContext context)
    {
        var module = context.JSInterop.SetupModule("./Components/Editor/ExpressionField.razor.js");
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<int>("caret", _ => true).SetResult(int.MaxValue);
    }

    private void Take(DefinitionEdit edit)
    {
        Document = edit.Apply(Document);
        Edits.Add(edit.Label);
        Form.Render(p => Fill(p));
    }

    private void Fill(ComponentParameterCollectionBuilder<TaskInspector> p) =>
        p.Add(i => i.Document, Document).Add(i => i.TaskRef, _ref).Add(i => i.Catalog, Catalog).Add(i => i.Problems, Problems);
}
