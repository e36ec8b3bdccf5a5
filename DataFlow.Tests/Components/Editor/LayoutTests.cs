using System.Collections.Immutable;
using CsCheck;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

public sealed class LayoutTests
{
    private static readonly Gen<(int Count, ImmutableArray<(int From, int To)> Edges)> Graphs =
        Gen.Int[1, 40].SelectMany(count => Gen.Select(Gen.Int[0, count - 1], Gen.Int[0, count - 1]).Array[0, count * 2]
            .Select(pairs => (count, pairs.Where(pair => pair.Item1 != pair.Item2).Select(pair => (Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2))).Distinct().ToImmutableArray())));

    [Fact]
    public void Cards_never_overlap_and_edges_lead_down() => Graphs.Sample((count, edges) =>
    {
        var layout = GraphLayout.Of(count, edges);
        Assert.Equal(count, layout.Nodes.Length);
        foreach (var layer in layout.Nodes.GroupBy(node => node.Layer))
        {
            var row = layer.OrderBy(node => node.X).ToList();
            for (var i = 1; i < row.Count; i++) Assert.True(row[i].X - row[i - 1].X >= GraphLayout.CardWidth + BetweenCards, $"{row[i - 1]} and {row[i]}");
        }
        Assert.All(layout.Nodes, node => Assert.True(node.X >= 0 && node.X + GraphLayout.CardWidth <= layout.Width && node.Y + GraphLayout.CardHeight <= layout.Height));
        Assert.All(edges, edge => Assert.True(layout.Nodes[edge.To].Layer > layout.Nodes[edge.From].Layer));
    }, iter: 1000);

    // Cards that have a lane between them stand apart by that too.
    private const int BetweenCards = GraphLayout.GapX;

    [Fact]
    public void The_same_graph_is_placed_the_same() => Graphs.Sample((count, edges) =>
    {
        var (one, two) = (GraphLayout.Of(count, edges), GraphLayout.Of(count, edges));
        Assert.Equal(one.Nodes, two.Nodes);
        Assert.Equal(one.Edges, two.Edges);
    }, iter: 200);

    [Fact]
    public void A_chain_is_one_straight_line()
    {
        var layout = GraphLayout.Of(4, [(0, 1), (1, 2), (2, 3)]);
        Assert.Single(layout.Nodes.Select(node => node.X).Distinct());
        Assert.Equal([0, 1, 2, 3], layout.Nodes.Select(node => node.Layer));
    }

    [Fact]
    public void A_fork_is_symmetric_under_what_it_hangs_on()
    {
        var layout = GraphLayout.Of(4, [(0, 1), (0, 2), (1, 3), (2, 3)]);
        Assert.InRange(layout.Nodes[1].X + layout.Nodes[2].X - (layout.Nodes[0].X * 2), -1, 1);
        Assert.Equal(layout.Nodes[0].X, layout.Nodes[3].X);
    }

    [Fact]
    public void A_circle_is_drawn_all_the_same()
    {
        var layout = GraphLayout.Of(3, [(0, 1), (1, 2), (2, 0)]);
        Assert.Equal(3, layout.Nodes.Select(node => (node.X, node.Y)).Distinct().Count());
        Assert.Equal(3, layout.Edges.Length);
    }

    [Fact]
    public void Nothing_needs_no_place() => Assert.Empty(GraphLayout.Of(0, []).Nodes);

    [Fact]
    public void Edges_over_very_many_layers_take_no_lanes()
    {
        // Every task of a chain of a thousand also waits for the first: half a million bends.
        ImmutableArray<(int, int)> edges = [.. Enumerable.Range(1, 999).SelectMany(to => new[] { (to - 1, to), (0, to) }.Distinct())];

        var layout = GraphLayout.Of(1000, edges);

        Assert.Equal(1000, layout.Nodes.Select(node => node.Layer).Distinct().Count());
        Assert.All(layout.Edges, edge => Assert.True(edge.Path.Length < 100, edge.Path));
    }
}
