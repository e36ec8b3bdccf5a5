using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace DataFlow.Web.Components.Editor;

/// <summary>Where a card lies; its upper left corner.</summary>
public readonly record struct Placed(int Layer, int X, int Y);

/// <summary>How an edge runs, and the point on it where something can be put in.</summary>
public readonly record struct Routed(string Path, int MiddleX, int MiddleY);

/// <summary>Places a graph in layers from top to bottom and routes its edges. Deterministic; knows nothing of workflows.</summary>
internal sealed class GraphLayout
{
    public const int CardWidth = 232, CardHeight = 72, GapX = 40, GapY = 60;
    // As wide as what stands on an edge, so that lanes beside each other stay apart.
    private const int BendWidth = 24, Sweeps = 6;

    // Beyond this many bends, edges over many layers are drawn as one curve: neat lanes would cost more time than anyone could see.
    private const int MostBends = 20_000;

    private readonly List<Point> points = [];
    private readonly List<List<int>> layers = [];

    private sealed class Point(int node, int layer)
    {
        public int Node { get; } = node;

        public int Layer { get; } = layer;

        public int Order { get; set; }

        public double Centre { get; set; }

        public List<int> Above { get; } = [];

        public List<int> Below { get; } = [];

        public bool IsBend => Node < 0;

        public int Width => IsBend ? BendWidth : CardWidth;
    }

    private GraphLayout()
    {
    }

    public ImmutableArray<Placed> Nodes { get; private set; } = [];

    public ImmutableArray<Routed> Edges { get; private set; } = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <param name="count">Nodes, named 0 to count - 1.</param>
    /// <param name="edges">From and to; an edge that closes a circle is drawn upwards.</param>
    public static GraphLayout Of(int count, ImmutableArray<(int From, int To)> edges)
    {
        var layout = new GraphLayout();
        if (count == 0) return layout;
        var layerOf = GraphLayers.Of(count, edges);
        var lanes = layout.Place(layerOf, edges);
        layout.Order();
        layout.Align();
        layout.Finish(count, edges, lanes);
        return layout;
    }

    /// <summary>Makes the points: one for each node, and a bend in each layer that an edge passes. Returns the bends of every edge.</summary>
    private int[][] Place(int[] layerOf, ImmutableArray<(int From, int To)> edges)
    {
        for (var layer = 0; layer <= layerOf.Max(); layer++) layers.Add([]);
        for (var node = 0; node < layerOf.Length; node++) Add(node, layerOf[node]);
        var bends = edges.Sum(edge => Math.Max(0, layerOf[edge.To] - layerOf[edge.From] - 1));
        var lanes = new int[edges.Length][];
        for (var i = 0; i < edges.Length; i++)
        {
            var (from, to) = edges[i];
            lanes[i] = [];
            var span = layerOf[to] - layerOf[from];
            if (span < 1) continue;
            if (span == 1 || bends <= MostBends)
            {
                lanes[i] = [.. Enumerable.Range(layerOf[from] + 1, span - 1).Select(layer => Add(-1, layer))];
                int[] chain = [from, .. lanes[i], to];
                for (var k = 1; k < chain.Length; k++)
                {
                    points[chain[k - 1]].Below.Add(chain[k]);
                    points[chain[k]].Above.Add(chain[k - 1]);
                }
            }
        }
        return lanes;
    }

    private int Add(int node, int layer)
    {
        points.Add(new Point(node, layer) { Order = layers[layer].Count });
        layers[layer].Add(points.Count - 1);
        return points.Count - 1;
    }

    /// <summary>Fewer crossings: every layer is sorted by the mean place of its neighbours, down and up in turns.</summary>
    private void Order()
    {
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var down = sweep % 2 == 0;
            for (var i = 1; i < layers.Count; i++)
            {
                var layer = layers[down ? i : layers.Count - 1 - i];
                var mean = layer.ToDictionary(id => id, id =>
                {
                    var beside = down ? points[id].Above : points[id].Below;
                    return beside.Count == 0 ? points[id].Order : beside.Average(other => (double)points[other].Order);
                });
                var sorted = layer.OrderBy(id => mean[id]).ThenBy(id => points[id].Order).ThenBy(id => id).ToList();
                layer.Clear();
                layer.AddRange(sorted);
                for (var k = 0; k < layer.Count; k++) points[layer[k]].Order = k;
            }
        }
    }

    /// <summary>Cards move over their neighbours as far as those beside them in the layer let them.</summary>
    private void Align()
    {
        foreach (var layer in layers) Settle(layer, id => 0, id => 1);
        for (var sweep = 0; sweep < Sweeps * 2; sweep++)
        {
            var down = sweep % 2 == 0;
            foreach (var layer in down ? layers : Enumerable.Reverse(layers))
            {
                Settle(layer, id =>
                {
                    var beside = down ? points[id].Above : points[id].Below;
                    return beside.Count == 0 ? points[id].Centre : beside.Average(other => points[other].Centre);
                }, id => points[id].IsBend ? 4 : 1);
            }
        }
    }

    /// <summary>
    /// The places nearest to the wished ones (least squares) that keep order and distance: isotonic regression by pooling neighbours that push each other.
    /// </summary>
    private void Settle(List<int> layer, Func<int, double> wish, Func<int, double> weight)
    {
        var offsets = new double[layer.Count];
        for (var i = 1; i < layer.Count; i++)
        {
            var (left, right) = (points[layer[i - 1]], points[layer[i]]);
            offsets[i] = offsets[i - 1] + ((left.Width + right.Width) / 2) + (left.IsBend && right.IsBend ? BendWidth : GapX);
        }
        // Wishes are relative: a layer is centred on what it hangs on, so the first layer is centred on nothing but itself.
        var middle = layer.Count == 0 ? 0 : offsets[^1] / 2;
        var pools = new List<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < layer.Count; i++)
        {
            var heavy = weight(layer[i]);
            pools.Add(((wish(layer[i]) - offsets[i] + middle) * heavy, heavy, 1));
            while (pools.Count > 1 && pools[^2].Sum / pools[^2].Weight >= pools[^1].Sum / pools[^1].Weight)
            {
                var (last, before) = (pools[^1], pools[^2]);
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((before.Sum + last.Sum, before.Weight + last.Weight, before.Count + last.Count));
            }
        }
        var at = 0;
        foreach (var (sum, heavy, size) in pools)
            for (var end = at + size; at < end; at++) points[layer[at]].Centre = Math.Round(sum / heavy) + offsets[at] - middle;
    }

    private void Finish(int count, ImmutableArray<(int From, int To)> edges, int[][] lanes)
    {
        var left = points.Min(point => point.Centre - (point.Width / 2));
        foreach (var point in points) point.Centre -= left;
        Width = (int)Math.Ceiling(points.Max(point => point.Centre + (point.Width / 2)));
        Height = (layers.Count * (CardHeight + GapY)) - GapY;
        Nodes = [.. Enumerable.Range(0, count).Select(node => new Placed(points[node].Layer, (int)Math.Floor(points[node].Centre) - (CardWidth / 2), Top(points[node].Layer)))];
        Edges = [.. edges.Select((edge, i) => Route(points[edge.From], lanes[i], points[edge.To]))];
    }

    private static int Top(int layer) => layer * (CardHeight + GapY);

    private Routed Route(Point from, int[] bends, Point to)
    {
        var path = new StringBuilder();
        var (x, y) = ((int)Math.Floor(from.Centre), Top(from.Layer) + CardHeight);
        path.Append(CultureInfo.InvariantCulture, $"M{x} {y}");
        foreach (var bend in bends.Select(id => points[id]))
        {
            Curve(path, x, y, (int)Math.Floor(bend.Centre), Top(bend.Layer));
            (x, y) = ((int)Math.Floor(bend.Centre), Top(bend.Layer) + CardHeight);
            path.Append(CultureInfo.InvariantCulture, $"V{y}");
        }
        var (endX, endY) = ((int)Math.Floor(to.Centre), Top(to.Layer));
        Curve(path, x, y, endX, endY);
        if (bends.Length == 0) return new Routed(path.ToString(), (x + endX) / 2, (y + endY) / 2);
        // On a lane of its own nothing else is near; where edges come together something always is.
        var lane = points[bends[bends.Length / 2]];
        return new Routed(path.ToString(), (int)Math.Floor(lane.Centre), Top(lane.Layer) + (CardHeight / 2));
    }

    private static void Curve(StringBuilder path, int x, int y, int endX, int endY)
    {
        if (x == endX && endY > y)
        {
            path.Append(CultureInfo.InvariantCulture, $"V{endY}");
            return;
        }
        var pull = Math.Max(GapY / 2, Math.Abs(endY - y) / 2);
        path.Append(CultureInfo.InvariantCulture, $"C{x} {y + pull} {endX} {endY - pull} {endX} {endY}");
    }
}
