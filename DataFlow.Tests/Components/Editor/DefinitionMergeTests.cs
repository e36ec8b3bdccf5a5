using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsCheck;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

public sealed class DefinitionMergeTests
{
    private static readonly Dictionary<string, MergeSide> s_none = [];

    /// <summary>A definition and two that came from it by up to six steps each.</summary>
    private static readonly Gen<(DefinitionDocument Origin, DefinitionDocument Theirs, DefinitionDocument Mine)> s_any =
        Gen.Select(StateDocuments.Any, Gen.Select(Gen.Int[0, 8], Gen.Int[0, 9], Gen.Int[0, 9]).Array[0, 6], Gen.Select(Gen.Int[0, 8], Gen.Int[0, 9], Gen.Int[0, 9]).Array[0, 6])
            .Select((origin, theirs, mine) => (origin, After(origin, theirs), After(origin, mine)));

    private static DefinitionDocument After(DefinitionDocument document, (int Kind, int One, int Two)[] steps) =>
        steps.Aggregate(document, (was, step) => StateDocuments.EditOf(was, step.Kind, step.One, step.Two).Apply(was));

    private static bool Same(DefinitionDocument one, DefinitionDocument other) => JsonNode.DeepEquals(one.ToTree(), other.ToTree());

    private static DefinitionDocument Of(string json) => DefinitionDocument.Parse(json)!;

    private static string? At(DefinitionDocument document, string task, string member) =>
        document.ToTree()["tasks"]!.AsArray().Single(each => (string?)each!["ref"] == task)![member]?.ToJsonString();

    [Fact]
    public void What_both_did_alike_is_done_once() =>
        s_any.Sample((origin, theirs, _) => Assert.True(Same(theirs, DefinitionMerge.Of(origin, theirs, theirs).Result(s_none))));

    [Fact]
    public void What_one_side_alone_did_is_taken_without_a_choice() => s_any.Sample((origin, theirs, mine) =>
    {
        var (onlyMine, onlyTheirs) = (DefinitionMerge.Of(origin, origin, mine), DefinitionMerge.Of(origin, theirs, origin));
        Assert.Empty(onlyMine.Conflicts);
        Assert.Empty(onlyTheirs.Conflicts);
        Assert.True(Same(mine, onlyMine.Result(s_none)));
        Assert.True(Same(theirs, onlyTheirs.Result(s_none)));
    });

    [Fact]
    public void Choosing_one_side_everywhere_keeps_what_the_other_did_alone() => s_any.Sample((origin, theirs, mine) =>
    {
        var merge = DefinitionMerge.Of(origin, theirs, mine);
        foreach (var (side, other) in new[] { (MergeSide.Theirs, mine), (MergeSide.Mine, theirs) })
        {
            var result = merge.Result(merge.Conflicts.ToDictionary(conflict => conflict.Key, _ => side));
            var added = DefinitionEdits.Refs(other).Except(DefinitionEdits.Refs(origin)).Except(merge.Conflicts.Select(conflict => conflict.Name));
            Assert.Subset(DefinitionEdits.Refs(result).ToHashSet(), added.ToHashSet());
        }
    });

    [Fact]
    public void No_task_goes_without_being_shown_and_none_is_there_twice() => s_any.Sample((origin, theirs, mine) =>
    {
        var merge = DefinitionMerge.Of(origin, theirs, mine);
        foreach (var side in Enum.GetValues<MergeSide>())
        {
            var refs = DefinitionEdits.Refs(merge.Result(merge.Conflicts.ToDictionary(conflict => conflict.Key, _ => side)));
            Assert.Equal(refs.Length, refs.Distinct().Count());
            var gone = DefinitionEdits.Refs(origin).Union(DefinitionEdits.Refs(theirs)).Union(DefinitionEdits.Refs(mine)).Except(refs);
            var shown = merge.Conflicts.Select(conflict => conflict.Name)
                .Concat(merge.TheirDifferences.Concat(merge.MyDifferences).Where(difference => difference.Kind == DiffKind.Removed).Select(difference => difference.What));
            Assert.Empty(gone.Except(shown));
        }
    });

    [Fact]
    public void Which_side_is_whose_does_not_matter_to_what_needs_a_choice() => s_any.Sample((origin, theirs, mine) =>
        Assert.Equal(DefinitionMerge.Of(origin, theirs, mine).Conflicts.Select(conflict => conflict.Key).Order(), DefinitionMerge.Of(origin, mine, theirs).Conflicts.Select(conflict => conflict.Key).Order()));

    private const string Origin = """{"name":"n","tasks":[{"ref":"a","type":"Echo","input":{"value":1,"more":1},"timeout":5},{"ref":"b","type":"Echo","input":{"value":2}}]}""";

    [Fact]
    public void Different_members_of_one_task_merge_themselves()
    {
        var merge = DefinitionMerge.Of(Of(Origin), Of(Origin.Replace("\"more\":1", "\"more\":7", StringComparison.Ordinal)), Of(Origin.Replace("\"value\":1", "\"value\":8", StringComparison.Ordinal).Replace("\"timeout\":5", "\"timeout\":6", StringComparison.Ordinal)));

        Assert.Empty(merge.Conflicts);
        Assert.Equal("""{"value":8,"more":7}""", At(merge.Result(s_none), "a", "input"));
        Assert.Equal("6", At(merge.Result(s_none), "a", "timeout"));
    }

    [Fact]
    public void The_same_member_needs_a_choice_and_the_rest_of_the_task_does_not()
    {
        var merge = DefinitionMerge.Of(Of(Origin), Of(Origin.Replace("\"value\":1,\"more\":1", "\"value\":7,\"more\":7", StringComparison.Ordinal)), Of(Origin.Replace("\"value\":1", "\"value\":8", StringComparison.Ordinal)));

        var conflict = Assert.Single(merge.Conflicts);
        Assert.Equal(("tasks/a", "input.value", true), (conflict.Key, string.Join(',', conflict.Members), conflict.CanBeBoth));
        Assert.Equal("""{"value":7,"more":7}""", At(merge.Result(new Dictionary<string, MergeSide> { ["tasks/a"] = MergeSide.Theirs }), "a", "input"));
        Assert.Equal("""{"value":8,"more":7}""", At(merge.Result(new Dictionary<string, MergeSide> { ["tasks/a"] = MergeSide.Mine }), "a", "input"));
        var both = merge.Result(new Dictionary<string, MergeSide> { ["tasks/a"] = MergeSide.Both });
        Assert.Equal(["a", "a_2", "b"], DefinitionEdits.Refs(both));
        Assert.Equal("""{"value":8,"more":1}""", At(both, "a_2", "input"));
    }

    [Fact]
    public void A_task_that_one_changed_and_the_other_took_out_needs_a_choice()
    {
        var without = DefinitionEdits.RemoveTasks(Of(Origin), ["b"]).Document;
        var merge = DefinitionMerge.Of(Of(Origin), without, Of(Origin.Replace("\"value\":2", "\"value\":3", StringComparison.Ordinal)));

        var conflict = Assert.Single(merge.Conflicts);
        Assert.Null(conflict.Theirs);
        Assert.Equal(["a", "b"], DefinitionEdits.Refs(merge.Result(s_none)));
        Assert.Equal(["a"], DefinitionEdits.Refs(merge.Result(new Dictionary<string, MergeSide> { ["tasks/b"] = MergeSide.Theirs })));
    }

    [Fact]
    public void Names_inputs_outputs_and_settings_merge_by_their_names()
    {
        var origin = Of("""{"name":"n","timeout":5,"input":[{"name":"x","type":"any"}],"tasks":[],"labels":{"a":"1"}}""");
        var theirs = Of("""{"name":"theirs","timeout":5,"input":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"tasks":[],"labels":{"a":"1","b":"2"}}""");
        var mine = Of("""{"name":"mine","timeout":9,"input":[{"name":"x","type":"string"}],"tasks":[],"labels":{"a":"3"},"output":[{"name":"o","type":"any","value":1}]}""");

        var merge = DefinitionMerge.Of(origin, theirs, mine);

        Assert.Equal(["name"], merge.Conflicts.Select(conflict => conflict.Key));
        Assert.True(Same(Of("""{"name":"theirs","timeout":9,"input":[{"name":"x","type":"string"},{"name":"y","type":"any"}],"tasks":[],"labels":{"a":"3","b":"2"},"output":[{"name":"o","type":"any","value":1}]}"""),
            merge.Result(new Dictionary<string, MergeSide> { ["name"] = MergeSide.Theirs })));
    }
}
