using System.Collections.Immutable;
using System.Text.Json;

using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Reads the document's own shape. Where it finds problems the definition has gaps, and never leaves this room.</summary>
internal sealed class DefinitionReader(ProblemList problems)
{
    private static readonly MemberNames s_members = new("a workflow", "name", "description", "input", "tasks", "output", "timeout", "concurrency", "labels")
    {
        Siblings = new() { ["title"] = "name", ["inputs"] = "input", ["outputs"] = "output", ["steps"] = "tasks", ["nodes"] = "tasks", ["task"] = "tasks", ["tags"] = "labels", ["version"] = "labels" },
        NotYet = ["triggers", "schedule", "secrets"],
    };

    private static readonly MemberNames s_output = new("an output", "name", "type", "value", "description")
    {
        Siblings = new() { ["title"] = "name", ["from"] = "value", ["ref"] = "value" },
    };

    private static readonly MemberNames s_concurrency = new("concurrency", "limit", "when_full") { Siblings = new() { ["max"] = "limit" } };

    /// <summary><c>null</c> when there is no telling what the rest would mean.</summary>
    public WorkflowDefinition? Read(JsonElement document)
    {
        if (ObjectReader.Open(document, JsonPointer.Root, s_members, problems) is not { } reader) return null;
        reader.Require("name", "what people call the workflow.");
        var name = reader.Line("name", WorkflowLimits.NameLength);
        var description = reader.Description();
        var input = new InputReader(problems).ReadList(reader);
        var tasks = Tasks(reader, document);
        var output = Outputs(reader);
        var timeout = reader.Timeout("timeout", WorkflowLimits.ExecutionTimeoutSeconds);
        var concurrency = Concurrency(reader);
        var labels = Labels(reader);
        return tasks is not { } read ? null : new WorkflowDefinition
        {
            Source = document,
            Name = name ?? "",
            Description = description,
            Input = input,
            Tasks = read,
            Output = output,
            Timeout = timeout,
            Concurrency = concurrency,
            Labels = labels,
        };
    }

    private ImmutableArray<TaskDefinition>? Tasks(ObjectReader reader, JsonElement document)
    {
        reader.Require("tasks", "the list of tasks.");
        var before = problems.Count;
        var items = reader.Items("tasks", least: 1, WorkflowLimits.Tasks);

        // Too many to look at, or nothing to look at: what refers to tasks cannot be judged.
        if (problems.Count > before || !document.TryGetProperty("tasks", out _)) return null;
        var (task, index) = (new TaskReader(problems), 0);
        return [.. items.Select(item => task.Read(item, JsonPointer.Append(reader.At("tasks"), index++)))];
    }

    private ImmutableArray<OutputDefinition> Outputs(ObjectReader reader)
    {
        var outputs = ImmutableArray.CreateBuilder<OutputDefinition>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in reader.Items("output", least: 0, WorkflowLimits.Names))
        {
            if (ObjectReader.Open(item, JsonPointer.Append(reader.At("output"), index++), s_output, problems) is not { } output)
            {
                outputs.Add(new OutputDefinition("", TaskTypes.ValueSchema.Any, EngineJson.Null));
                continue;
            }

            var name = InputReader.Name(output, names, "output");
            var type = InputReader.Type(output) ?? TaskTypes.DataType.Any;
            
            // Null is what is left of a task that was skipped or failed; "?? null" says that it may be.
            var schema = new TaskTypes.ValueSchema { Type = type, Nullable = true, Description = output.Description() };
            outputs.Add(new OutputDefinition(name ?? "", schema, output.Require("value", "what it gives, {{refs.some_task.output.some_field}}.") ?? EngineJson.Null));
        }

        return outputs.ToImmutable();
    }

    private ConcurrencyDefinition? Concurrency(ObjectReader reader)
    {
        if (reader.Get("concurrency") is not { } value || ObjectReader.Open(value, reader.At("concurrency"), s_concurrency, problems) is not { } concurrency) return null;
        concurrency.Require("limit", "how many executions may run at once.");
        var limit = concurrency.Integer("limit", 1, WorkflowLimits.Concurrency);
        var whenFull = concurrency.Text("when_full");
        if (whenFull is not (null or "queue" or "reject"))
            problems.Add(concurrency.At("when_full"), ProblemCodes.Enum, $"Allowed are 'queue' and 'reject', found {Wording.Quote(whenFull)}.", NearestName.Find(whenFull, ["queue", "reject"]));
        return new ConcurrencyDefinition(limit ?? 1, whenFull == "reject" ? WhenFull.Reject : WhenFull.Queue);
    }

    private ImmutableSortedDictionary<string, string> Labels(ObjectReader reader)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (reader.Get("labels") is not { } value) return labels.ToImmutable();
        if (value.ValueKind != JsonValueKind.Object)
        {
            reader.Mismatch("labels", "an object with string values", value);
            return labels.ToImmutable();
        }

        if (value.GetPropertyCount() > WorkflowLimits.Labels)
        {
            problems.Add(reader.At("labels"), ProblemCodes.MaxItems, $"Expected at most {WorkflowLimits.Labels} labels, found {value.GetPropertyCount()}.");
            return labels.ToImmutable();
        }

        var all = ObjectReader.Open(value, reader.At("labels"), new MemberNames("labels", [.. value.EnumerateObject().Select(label => label.Name)]), problems)!.Value;
        foreach (var label in value.EnumerateObject())
        {
            if (string.IsNullOrWhiteSpace(label.Name) || label.Name.Length > WorkflowLimits.LabelKeyLength || label.Name.Any(char.IsControl))
                problems.Add(all.At(label.Name), ProblemCodes.NameFormat, $"A label's key has 1 to {WorkflowLimits.LabelKeyLength} characters, none of them a control character.");
            if (all.Line(label.Name, WorkflowLimits.LabelValueLength) is { } text) labels[label.Name] = text;
        }

        return labels.ToImmutable();
    }
}
