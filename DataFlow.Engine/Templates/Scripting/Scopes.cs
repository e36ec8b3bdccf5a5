namespace DataFlow.Engine.Templates.Scripting;

/// <summary>Which variables are visible where, and the slots they live in.</summary>
internal sealed class Scopes
{
    private readonly List<(string Name, int Slot)> names = [];
    private readonly Stack<(int Names, int LoopSlot)> loops = [];

    public int SlotCount { get; private set; }

    public IEnumerable<string> Names => names.Select(entry => entry.Name);

    /// <summary>The slot of the innermost loop's state, or <c>null</c> outside of loops.</summary>
    public int? Loop => loops.TryPeek(out var loop) ? loop.LoopSlot : null;

    public int? Find(string name)
    {
        var index = names.FindLastIndex(entry => entry.Name == name);
        return index < 0 ? null : names[index].Slot;
    }

    /// <summary>A variable is declared by its first assignment and visible from there to the end, as in the language: only loops have scopes of their own.</summary>
    public int Assign(string name)
    {
        if (Find(name) is { } slot)
        {
            return slot;
        }

        // Below the loops that are open now, so that it outlives them.
        var slotOfNew = SlotCount++;
        names.Insert(0, (name, slotOfNew));
        var shifted = loops.Select(loop => (loop.Names + 1, loop.LoopSlot)).Reverse().ToArray();
        loops.Clear();
        foreach (var loop in shifted)
        {
            loops.Push(loop);
        }

        return slotOfNew;
    }

    public (int Item, int Loop) EnterLoop(string item)
    {
        var slots = (Item: SlotCount++, Loop: SlotCount++);
        loops.Push((names.Count, slots.Loop));
        names.Add((item, slots.Item));
        return slots;
    }

    public void LeaveLoop()
    {
        var (count, _) = loops.Pop();
        names.RemoveRange(count, names.Count - count);
    }
}
