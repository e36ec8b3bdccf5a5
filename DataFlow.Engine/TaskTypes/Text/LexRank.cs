namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>
/// Continuous LexRank (Erkan and Radev, 2004): sentences are nodes, the cosine of their tf-idf vectors weighs the edges, and a sentence is worth its PageRank. The walk
/// restarts a little more often at the beginning of the text, where writers say what it is about.
/// </summary>
internal sealed class LexRank
{
    private const double Damping = 0.85;
    private const double Precision = 1e-6;
    private const int MostRounds = 100;

    private readonly (int Term, float Weight)[][] _vectors;

    private LexRank((int Term, float Weight)[][] vectors) => _vectors = vectors;

    /// <summary>Reads the sentences; terms that stand in many of them weigh less.</summary>
    /// <param name="sentences">The terms of each.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static LexRank Of(IReadOnlyList<IEnumerable<string>> sentences, CancellationToken cancellationToken)
    {
        var terms = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new Dictionary<int, int>[sentences.Count];
        var holders = new List<int>();
        for (var i = 0; i < sentences.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            counts[i] = [];
            foreach (var word in sentences[i])
            {
                if (!terms.TryGetValue(word, out var term))
                {
                    terms.Add(word, term = terms.Count);
                    holders.Add(0);
                }
                if (counts[i].TryGetValue(term, out var count)) counts[i][term] = count + 1;
                else
                {
                    counts[i].Add(term, 1);
                    holders[term]++;
                }
            }
        }
        return new([.. counts.Select(count => Vector(count, holders, sentences.Count))]);
    }

    private static (int Term, float Weight)[] Vector(Dictionary<int, int> counts, List<int> holders, int sentences)
    {
        // The smoothed idf stays above zero, so that a text of one sentence has a vector too.
        var weights = counts.Select(c => (Term: c.Key, Weight: c.Value * Math.Log(1 + ((double)sentences / holders[c.Key])))).OrderBy(w => w.Term).ToArray();
        var length = Math.Sqrt(weights.Sum(w => w.Weight * w.Weight));
        return [.. weights.Select(w => (w.Term, (float)(w.Weight / length)))];
    }

    /// <summary>The sentences nearest to the centroid of the whole text, in order: the ones worth comparing with each other when there are too many.</summary>
    public int[] Central(int most)
    {
        var all = Enumerable.Range(0, _vectors.Length);
        if (_vectors.Length <= most) return [.. all];
        var centroid = new Dictionary<int, double>();
        foreach (var vector in _vectors)
            foreach (var (term, weight) in vector) centroid[term] = centroid.GetValueOrDefault(term) + weight;
        return [.. all.OrderByDescending(i => _vectors[i].Sum(w => w.Weight * centroid[w.Term])).Take(most).Order()];
    }

    /// <summary>How alike two sentences are, 0 to 1.</summary>
    public double Similarity(int a, int b)
    {
        var (left, right) = (_vectors[a], _vectors[b]);
        var sum = 0.0;
        for (int i = 0, j = 0; i < left.Length && j < right.Length;)
        {
            var order = left[i].Term - right[j].Term;
            if (order == 0) sum += left[i].Weight * right[j].Weight;
            if (order <= 0) i++;
            if (order >= 0) j++;
        }
        return sum;
    }

    /// <summary>What each of the sentences is worth among them; the sum is 1. Quadratic in their number.</summary>
    public double[] Rank(ReadOnlySpan<int> sentences, CancellationToken cancellationToken)
    {
        var count = sentences.Length;
        var edges = new float[count][];
        for (var i = 0; i < count; i++) edges[i] = new float[count];
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j < i; j++) edges[i][j] = edges[j][i] = (float)Similarity(sentences[i], sentences[j]);
        }
        var sums = Array.ConvertAll(edges, row => row.Sum());
        var restart = Normalized([.. Enumerable.Range(0, count).Select(i => 1 + (1.0 / (i + 1)))]);
        var rank = (double[])restart.Clone();
        for (var round = 0; round < MostRounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = Array.ConvertAll(restart, weight => (1 - Damping) * weight);
            for (var i = 0; i < count; i++)
            {
                // A sentence like no other passes its worth to where the walk restarts.
                if (sums[i] <= 0) for (var j = 0; j < count; j++) next[j] += Damping * rank[i] * restart[j];
                else for (var j = 0; j < count; j++) next[j] += Damping * rank[i] * edges[i][j] / sums[i];
            }
            var change = rank.Zip(next, (a, b) => Math.Abs(a - b)).Sum();
            rank = next;
            if (change < Precision) break;
        }
        return rank;
    }

    private static double[] Normalized(double[] weights)
    {
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}
