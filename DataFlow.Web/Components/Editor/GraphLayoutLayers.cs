using System.Collections.Immutable;

namespace DataFlow.Web.Components.Editor;

/// <summary>Layer by the longest way from a node that nothing leads to. Edges that close a circle do not count.</summary>
internal static class GraphLayers
{
    public static int[] Of(int count, ImmutableArray<(int From, int To)> edges)
    {
        var next = Array.ConvertAll(new int[count], _ => new List<int>());
        foreach (var (from, to) in edges)
            if (from != to) next[from].Add(to);
        var order = Sort(next, out var position);
        var layers = new int[count];
        foreach (var node in order)
            foreach (var after in next[node])
                if (position[after] > position[node]) layers[after] = Math.Max(layers[after], layers[node] + 1);
        return layers;
    }

    /// <summary>Reverse postorder of a walk in the order of the nodes: topological where there is no circle. Does not recurse, a chain may be long.</summary>
    private static int[] Sort(List<int>[] next, out int[] position)
    {
        var (count, filled) = (next.Length, next.Length);
        var order = new int[count];
        position = new int[count];
        var (seen, child) = (new bool[count], new int[count]);
        var path = new Stack<int>();
        for (var start = count - 1; start >= 0; start--)
        {
            if (seen[start]) continue;
            seen[start] = true;
            path.Push(start);
            while (path.TryPeek(out var node))
            {
                if (child[node] < next[node].Count)
                {
                    var after = next[node][child[node]++];
                    if (seen[after]) continue;
                    seen[after] = true;
                    path.Push(after);
                }
                else
                {
                    path.Pop();
                    order[--filled] = node;
                    position[node] = filled;
                }
            }
        }
        return order;
    }
}
