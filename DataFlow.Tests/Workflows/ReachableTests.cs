using System.Text;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Workflows;

public sealed class ReachableTests
{
    public static TheoryData<CorpusCase> Good => [.. Corpus.Good];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_is_offered_is_accepted_by_the_checker(CorpusCase definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var document = JsonElement.Parse(Encoding.UTF8.GetString(definition.Bytes.Span).TrimStart((char)0xFEFF));
        var tasks = document.GetProperty("tasks").EnumerateArray().Take(5).Select(task => task.GetProperty("ref").GetString());
        foreach (var place in tasks.Append(null))
        {
            var reachable = Reachable.At(document, place, TestCatalog.Instance)!;
            Assert.NotEmpty(reachable.References);
            foreach (var reference in reachable.References.Take(50))
                Assert.Equal([], reachable.Check(JsonSerializer.SerializeToElement($"{{{{ {reference.Text} }}}}"), ValueSchema.Any, "#/value"));
        }
    }

    [Theory]
    [InlineData("a", "")]
    [InlineData("b", "a")]
    [InlineData("c", "")]
    [InlineData("d", "a,c")]
    [InlineData(null, "d,c,b,a")]
    public void Only_tasks_that_must_have_ended_are_reachable(string? place, string expected)
    {
        var document = JsonElement.Parse("""{"name":"W","tasks":[{"ref":"a","type":"Echo"},{"ref":"b","type":"Echo"},{"ref":"c","type":"Echo","depends_on":[]},{"ref":"d","type":"Echo","depends_on":["c","a","nobody"]}]}""");
        var refs = Reachable.At(document, place, TestCatalog.Instance)!.References.Where(reference => reference.Kind == ReachableKind.Output).Select(reference => reference.Text.Split('.')[1]).Distinct().ToArray();
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(), refs.Order());
    }

    [Theory]
    [InlineData("""{"name":"W","input":[{"name":"n","type":"object","properties":{"city":{"type":"string"},"tags":{"type":"array","items":{"type":"integer"}}}}],"tasks":[]}""")]
    [InlineData("""{"input":[{"name":"n","type":"object","properties":{"city":{"type":"string"},"tags":{"type":"array","items":{"type":"integer"}}}}],"tasks":5}""")]
    public void Inputs_are_reachable_to_their_members_and_items_while_there_is_no_task(string json) =>
        Assert.Equal(
            ["input.n: object", "input.n.city: string", "input.n.tags: array of integer", "input.n.tags[0]: integer", "execution.id: string", "workflow.id: string"],
            Reachable.At(JsonElement.Parse(json), null, TestCatalog.Instance)!.References.Select(reference => $"{reference.Text}: {reference.Type}"));

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    public void A_document_that_is_no_definition_leaves_the_ids(string json) =>
        Assert.Equal(["execution.id", "workflow.id"], Reachable.At(JsonElement.Parse(json), null, TestCatalog.Instance)!.References.Select(reference => reference.Text));

    [Fact]
    public void A_task_that_is_not_there_has_no_place() => Assert.Null(Reachable.At(JsonElement.Parse("""{"tasks":[{"ref":"a"}]}"""), "b", TestCatalog.Instance));
}
