using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;
using Microsoft.AspNetCore.Components;

namespace DataFlow.Tests.Components.Editor;

public sealed class FieldEditorsTests
{
    private const string Empty = """{"name":"W","tasks":[{"ref":"a","type":"Text.Reverse","input":{"text":"x"}}]}""";

    [Fact]
    public async Task Inputs_are_added_described_limited_moved_and_removed()
    {
        await using var context = PageContext.Create();
        var form = new Editing<InputsEditor>(context, Empty, (p, document, take) => p.Add(e => e.Document, document).Add(e => e.OnEdit, take));

        form.Button("Add input").Click();
        form.Field("name").Change("count");
        form.Field("type").Change("2");
        form.Field("minimum").Change("1");
        form.Field("default").Change("5");
        form.Button("Add input").Click();
        Assert.Equal("""[{"name":"count","type":"integer","minimum":1,"default":5},{"name":"input_2","type":"string"}]""", form.Member("input"));
        form.Button("Move input 2 up").Click();
        form.Button("Remove input 1").Click();
        Assert.Equal("""[{"name":"count","type":"integer","minimum":1,"default":5}]""", form.Member("input"));
        form.Button("Remove input 1").Click();
        Assert.Null(form.Member("input"));
    }

    [Fact]
    public async Task Outputs_take_an_expression_at_once()
    {
        await using var context = PageContext.Create();
        var form = new Editing<OutputsEditor>(context, Empty, (p, document, take) => p.Add(e => e.Document, document).Add(e => e.Catalog, TestCatalog.Instance).Add(e => e.OnEdit, take));

        form.Button("Add output").Click();
        form.Field("value").Input("{{ refs.a");
        Assert.Contains(form.Component.FindAll("[role=option] code"), option => option.TextContent == "refs.a.output.text");
        form.Field("value").Input("{{ refs.a.output.text }}");
        form.Field("value").Blur();
        Assert.Equal("""[{"name":"output_1","type":"any","value":"{{ refs.a.output.text }}"}]""", form.Member("output"));
        Assert.Empty(new WorkflowCompiler(TestCatalog.Instance).Compile(Encoding.UTF8.GetBytes(form.Document.ToJson())).Problems);
    }

    [Fact]
    public async Task Settings_are_absent_until_they_are_set_and_again_when_cleared()
    {
        await using var context = PageContext.Create();
        var form = new Editing<WorkflowSettingsEditor>(context, Empty, (p, document, take) => p.Add(e => e.Document, document).Add(e => e.OnEdit, take));

        form.Field("name").Change("Reversed");
        form.Field("timeout").Change("60");
        form.Field("limit").Change("2");
        form.Field("when_full").Change("1");
        form.Button("Add label").Click();
        form.Component.Find("input[aria-label='Key of label 1']").Change("team");
        form.Component.Find("input[aria-label='Value of label team']").Change("data");
        Assert.Equal("""{"limit":2,"when_full":"reject"}""", form.Member("concurrency"));
        Assert.Equal("""{"team":"data"}""", form.Member("labels"));
        Assert.Equal("60", form.Member("timeout"));
        Assert.Equal("\"Reversed\"", form.Member("name"));

        foreach (var field in (string[])["timeout", "limit", "when_full"]) form.Field(field).Change("");
        form.Button("Remove label team").Click();
        Assert.Equal(["name", "tasks"], JsonNode.Parse(form.Document.ToJson())!.AsObject().Select(member => member.Key));
    }

    private sealed class Editing<T> where T : IComponent
    {
        private readonly Action<ComponentParameterCollectionBuilder<T>, DefinitionDocument, Action<DefinitionEdit>> _fill;

        public Editing(BunitContext context, string json, Action<ComponentParameterCollectionBuilder<T>, DefinitionDocument, Action<DefinitionEdit>> fill)
        {
            InspectorForm.CaretAtEnd(context);
            (_fill, Document) = (fill, DefinitionDocument.Parse(json)!);
            Component = context.Render<T>(p => fill(p, Document, Take));
        }

        public IRenderedComponent<T> Component { get; }

        public DefinitionDocument Document { get; private set; }

        public string? Member(string name) => JsonNode.Parse(Document.ToJson())![name]?.ToJsonString();

        public IElement Field(string label) => Component.Find($"[id='{Component.FindAll("label").First(found => found.TextContent == label).GetAttribute("for")}']");

        public IElement Button(string label) => Component.FindAll("button").Single(button => button.GetAttribute("aria-label") == label || button.TextContent.Trim() == label);

        private void Take(DefinitionEdit edit)
        {
            Document = edit.Apply(Document);
            Component.Render(p => _fill(p, Document, Take));
        }
    }
}
