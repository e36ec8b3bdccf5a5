using System.Collections.Immutable;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Says what references of one workflow lead to.</summary>
internal sealed class ReferenceChecker(WorkflowDefinition definition, IReadOnlyDictionary<string, int> index, TaskType?[] types, TaskOrder order, ProblemList problems)
{
    private static readonly ValueSchema s_string = new() { Type = DataType.String };

    /// <summary>Stands for the workflow's outputs, which are read when every task has ended.</summary>
    public const int End = -1;

    /// <summary>What it leads to, <c>Any</c> where nobody knows, or where it is wrong: a reference is reported once, not again for its type.</summary>
    public ValueSchema Resolve(Reference reference, int task, string pointer, bool secretAllowed) => reference.Root switch
    {
        ReferenceRoot.Input => Input(reference, pointer),
        ReferenceRoot.Task => Output(reference, task, pointer),
        ReferenceRoot.Secret => Secret(reference, pointer, secretAllowed),
        ReferenceRoot.ExecutionId or ReferenceRoot.WorkflowId => Follow(reference, s_string, pointer, ProblemCodes.UnknownRoot),
        _ => Wrong(pointer, ProblemCodes.OutsideForEach, $"'{Spell(reference)}' has no value here: nothing is being repeated."),
    };

    public static string Spell(Reference reference)
    {
        var root = reference.Root switch
        {
            ReferenceRoot.Input => $"input{Member(reference.Name)}",
            ReferenceRoot.Task => $"refs{Member(reference.Name)}.output",
            ReferenceRoot.Secret => $"secrets{Member(reference.Name)}",
            ReferenceRoot.Item => "item",
            ReferenceRoot.Index => "index",
            ReferenceRoot.ExecutionId => "execution.id",
            _ => "workflow.id",
        };
        return Wording.Shorten(root + string.Concat(reference.Path.Select(Step)));
    }

    private ValueSchema Input(Reference reference, string pointer)
    {
        foreach (var input in definition.Input)
            if (input.Name == reference.Name)
                return Follow(reference, input.Schema, pointer, ProblemCodes.UnknownInput);
        return Wrong(pointer, ProblemCodes.UnknownInput, $"There is no input {Wording.Quote(reference.Name)}{Known(definition.Input.Select(input => input.Name))}.",
            NearestName.Find(reference.Name, definition.Input.Select(input => input.Name)));
    }

    private ValueSchema Output(Reference reference, int task, string pointer)
    {
        if (!index.TryGetValue(reference.Name, out var other))
            return Wrong(pointer, ProblemCodes.UnknownRef, $"There is no task {Wording.Quote(reference.Name)}{Known(index.Keys)}.", NearestName.Find(reference.Name, index.Keys));
        if (task != End && !IsInOrder(reference, other, task, pointer)) return ValueSchema.Any;
        return Follow(reference, types[other]?.Specification.Output ?? ValueSchema.Any, pointer, ProblemCodes.UnknownOutput);
    }

    private bool IsInOrder(Reference reference, int other, int task, string pointer)
    {
        var (name, self) = (Wording.Shorten(reference.Name), Wording.Shorten(definition.Tasks[task].Ref));
        if (other == task)
        {
            problems.Add(pointer, ProblemCodes.Cycle, $"A task cannot use its own output: {name} -> {name}.");
            return false;
        }

        if (order.HasEnded(other, task)) return true;
        var later = other > task;
        problems.Add(pointer, later ? ProblemCodes.ForwardReference : ProblemCodes.NotEndedBefore, (later, order.ComesAfter(other, task)) switch
        {
            (_, true) => $"'{name}' starts only after '{self}' has ended. Move it before '{self}' in the list, or give it its own \"depends_on\".",
            (true, _) => $"'{name}' comes later in the list and need not have ended when '{self}' starts. Move it before '{self}', or add \"depends_on\": [\"{name}\"] to '{self}'.",
            _ => $"'{name}' need not have ended when '{self}' starts. Add '{name}' to the \"depends_on\" of '{self}'.",
        });
        return false;
    }

    private ValueSchema Secret(Reference reference, string pointer, bool allowed) => allowed
        ? Wrong(pointer, ProblemCodes.UnknownSecret, $"There is no secret {Wording.Quote(reference.Name)}: secrets cannot be stored yet.")
        : Wrong(pointer, ProblemCodes.SecretNotAllowed, "Secrets may only stand in fields that a task type marks for them, so that they are never shown or stored elsewhere.");

    private ValueSchema Follow(Reference reference, ValueSchema schema, string pointer, string code)
    {
        var (found, failed) = SchemaFit.Follow(schema, reference.Path);
        if (found is not null) return found;
        var parent = SchemaFit.Follow(schema, reference.Path[..failed]).Schema!;
        var known = parent.Type == DataType.Object && parent.Properties is { } properties ? properties.Select(property => property.Name).ToArray() : [];
        var what = Spell(reference with { Path = reference.Path[..failed] });
        var nearest = reference.Path[failed].Name is { } name ? NearestName.Find(name, known) : null;
        return Wrong(pointer, code, $"'{what}' is {Wording.A(parent.Type)} and has no {Wording.Quote(Step(reference.Path[failed]).TrimStart('.'))}{Known(known)}.", nearest);
    }

    private ValueSchema Wrong(string pointer, string code, string detail, string? suggestion = null)
    {
        problems.Add(pointer, code, detail, suggestion);
        return ValueSchema.Any;
    }

    private static string Known(IEnumerable<string> names)
    {
        var all = string.Join(", ", names.Take(20));
        return all.Length == 0 ? "" : $" (known: {all})";
    }

    private static string Member(string name) => Names.IsIdentifier(name) ? "." + name : $"[\"{name}\"]";

    private static string Step(PathSegment segment) => segment switch
    {
        { Name: { } name } => Member(name),
        { Index: { } at } => $"[{at}]",
        _ => "[…]",
    };
}
