using System.Collections.Immutable;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

public sealed class CanvasModelTests
{
    private static CanvasModel Of(string json, params ImmutableArray<Problem> problems) => CanvasModel.Of(DefinitionDocument.Parse(json)!, TestCatalog.Instance, problems);

    [Fact]
    public void Edges_follow_the_list_and_depends_on_and_join_both_ends()
    {
        var model = CanvasModel.Of(StateDocuments.Of("a b c(a)"), TestCatalog.Instance, []);
        Assert.Equal([(null, "a", false), ("a", "b", false), ("a", "c", true), ("b", null, false), ("c", null, false)], model.Edges.Select(edge => (edge.From, edge.To, edge.IsNamed)));
        Assert.True(model.Inputs.Y < model.Cards[0].Y && model.Cards.All(card => card.Y < model.Outputs.Y));
    }

    [Fact]
    public void Problems_stand_on_the_card_they_point_at()
    {
        var model = Of("""{"tasks":[{"ref":"a","type":"Echo"},{"ref":"b","type":"Echo"}]}""",
            new Problem("#/tasks/1/ref", "x", "y"), new Problem("#/tasks/1/input/deep/0", "x", "y"), new Problem("#/tasks", "x", "y"), new Problem("#/name", "x", "y"));
        Assert.Equal([0, 2], model.Cards.Select(card => card.Problems));
    }

    [Fact]
    public void A_card_tells_condition_retries_fallback_and_what_matters_most()
    {
        var card = Of("""{"tasks":[{"ref":"a","type":"web.download","input":{"url":"https://example.com"},"when":"{{input.x}}","retry":{"attempts":3},"on_error":{"value":1}}]}""").Cards[0];
        Assert.Equal(("Web.Download", "https://example.com", "input.x", 3, "a value"), (card.Type, card.Line, card.When, card.Retries, card.OnError));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tasks":7,"input":"x","output":{}}""")]
    [InlineData("""{"tasks":[null,{},{"ref":"a"},{"ref":"a","type":3,"depends_on":["gone","a"]},{"ref":5,"retry":1,"on_error":2}]}""")]
    public void What_is_wrong_or_half_written_is_drawn_all_the_same(string json)
    {
        var model = Of(json);
        Assert.Equal(model.Cards.Length, model.Cards.Select(card => card.Key).Distinct().Count());
        Assert.NotEmpty(model.Edges);
    }

    [Fact]
    public void Arrow_keys_follow_edges()
    {
        var document = StateDocuments.Of("a b(a) c(a) d(b,c)");
        var model = CanvasModel.Of(document, TestCatalog.Instance, []);
        Assert.Equal("a", CanvasSteps.Next(document, model, null, "down"));
        Assert.Contains(CanvasSteps.Next(document, model, "a", "down"), new[] { "b", "c" });
        Assert.Equal("d", CanvasSteps.Next(document, model, "b", "down"));
        Assert.Equal("a", CanvasSteps.Next(document, model, "c", "up"));
        Assert.Null(CanvasSteps.Next(document, model, "d", "down"));
        Assert.Equal("c", CanvasSteps.Next(document, model, "b", "right") ?? CanvasSteps.Next(document, model, "b", "left"));
    }

    [Fact]
    public void Differences_are_told_task_by_task()
    {
        var before = DefinitionDocument.Parse("""{"name":"x","tasks":[{"ref":"a","type":"Echo","input":{"value":1}},{"ref":"b","type":"Echo"},{"ref":"c","type":"Echo"}]}""")!;
        var after = DefinitionDocument.Parse("""{"name":"y","tasks":[{"ref":"c","type":"Echo"},{"ref":"a","type":"Echo","input":{"value":2}},{"ref":"d","type":"Echo"}]}""")!;
        Assert.Equal(["Changed name ", "Moved c ", "Changed a input.value", "Added d ", "Removed b "],
            DefinitionDocumentDiff.Between(before, after).Select(difference => $"{difference.Kind} {difference.What} {string.Join(',', difference.Members)}"));
    }
}
