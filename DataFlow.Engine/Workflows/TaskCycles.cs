using System.Collections.Immutable;

namespace DataFlow.Engine.Workflows;

/// <summary>Says which tasks wait for each other, each circle once, at an entry of <c>depends_on</c> that closes it.</summary>
internal sealed class TaskCycles(ImmutableArray<TaskDefinition> tasks, int[][] dependsOn, int[] waiting, ProblemList problems)
{
    private const int Shown = 12;

    public void Report()
    {
        var seen = new bool[tasks.Length];
        for (var start = 0; start < tasks.Length; start++)
            if (waiting[start] > 0 && !seen[start])
                Walk(start, seen);
    }

    /// <summary>Depth first along "waits for", without recursion: a list of a thousand tasks may be one circle.</summary>
    private void Walk(int start, bool[] seen)
    {
        var path = new List<int>();
        var places = new Dictionary<int, int>();
        var branches = new Stack<int>();
        Enter(start);
        while (path.Count > 0)
        {
            var (task, branch) = (path[^1], branches.Pop());
            if (branch == dependsOn[task].Length)
            {
                path.RemoveAt(path.Count - 1);
                places.Remove(task);
                continue;
            }

            branches.Push(branch + 1);
            var next = dependsOn[task][branch];
            if (places.TryGetValue(next, out var place)) Report(path[place..]);
            else if (!seen[next] && waiting[next] > 0) Enter(next);
        }

        void Enter(int task)
        {
            seen[task] = true;
            places[task] = path.Count;
            path.Add(task);
            branches.Push(0);
        }
    }

    private void Report(List<int> circle)
    {
        // From the task that comes first in the list, so that one circle always reads the same.
        var first = circle.IndexOf(circle.Min());
        circle = [.. circle[first..], .. circle[..first]];
        var names = circle.Take(Shown).Select(Name).ToList();
        if (circle.Count > Shown) names.Add("…");
        names.Add(names[0]);

        var (waiter, entry) = Explicit(circle);
        var byOrder = circle.Where(task => tasks[task].DependsOn is null).Select(task => $"{Name(task)} waits for {Name(task - 1)} because it comes next in the list").FirstOrDefault();
        problems.Add(TaskOrder.Pointer(waiter, entry), ProblemCodes.Cycle,
            $"These tasks wait for each other: {string.Join(" -> ", names)}.{(byOrder is null ? "" : $" {byOrder}; its own 'depends_on' would change that.")}");
    }

    /// <summary>A circle cannot be made of list order alone, so some task in it names the next one.</summary>
    private (int Task, int Entry) Explicit(List<int> circle)
    {
        for (var i = 0; i < circle.Count; i++)
        {
            var next = circle[(i + 1) % circle.Count];
            if (tasks[circle[i]].DependsOn is not { } named) continue;
            for (var entry = 0; entry < named.Length; entry++)
                if (named[entry] == tasks[next].Ref)
                    return (circle[i], entry);
        }

        throw new InvalidOperationException("A circle without depends_on.");
    }

    private string Name(int task) => tasks[task].Ref.Length > 0 ? Wording.Shorten(tasks[task].Ref) : $"#{task + 1}";
}
