using System.Collections.Immutable;
using System.Text.Json;

using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Reads entries of <c>tasks</c>.</summary>
internal sealed class TaskReader(ProblemList problems)
{
    private static readonly Dictionary<string, string> s_siblings = new()
    {
        ["id"] = "ref", ["key"] = "ref", ["title"] = "name", ["inputs"] = "input", ["with"] = "input", ["params"] = "input", ["parameters"] = "input", ["uses"] = "type", ["kind"] = "type",
        ["if"] = "when", ["condition"] = "when", ["needs"] = "depends_on", ["after"] = "depends_on", ["retries"] = "retry", ["timeout_seconds"] = "timeout",
    };

    private static readonly MemberNames s_members = new("a task", "ref", "type", "input", "name", "description", "depends_on", "when", "retry", "timeout", "on_error")
    {
        Siblings = s_siblings,
        NotYet = ["for_each", "max_parallel", "workflow", "approval"],
    };

    private static readonly MemberNames s_retry = new("retry", "attempts", "delay", "multiplier", "max_delay", "jitter")
    {
        Siblings = new() { ["max_attempts"] = "attempts", ["count"] = "attempts", ["limit"] = "attempts", ["backoff"] = "multiplier", ["factor"] = "multiplier" },
    };

    private static readonly MemberNames s_onError = new("on_error", "value", "task");
    private static readonly MemberNames s_fallback = new("a fallback task", "type", "input") { Siblings = s_siblings };
    private static readonly JsonElement s_empty = JsonElement.Parse("{}"u8);

    private readonly Dictionary<string, string> _refs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The task; <c>""</c> and <c>null</c> stand where it could not be read.</summary>
    public TaskDefinition Read(JsonElement item, string pointer)
    {
        if (ObjectReader.Open(item, pointer, s_members, problems) is not { } reader)
            return new TaskDefinition { Ref = "", Type = "", Input = EngineJson.Null };
        return new TaskDefinition
        {
            Ref = Ref(reader) ?? "",
            Type = Type(reader),
            Input = Input(reader),
            Name = reader.Line("name", WorkflowLimits.NameLength),
            Description = reader.Description(),
            DependsOn = DependsOn(reader),
            When = When(reader),
            Retry = Retry(reader),
            Timeout = reader.Timeout("timeout", WorkflowLimits.TaskTimeoutSeconds),
            OnError = OnError(reader),
        };
    }

    private string? Ref(ObjectReader reader)
    {
        if (reader.Get("ref") is null)
        {
            var title = reader.Get("name") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : null;
            var meant = title is null ? null : Names.IsIdentifier(title) ? title : Names.ToIdentifier(title);
            problems.Add(reader.At("ref"), ProblemCodes.Required,
                title is null ? "'ref' is required: what expressions call the task, {{refs.THIS.output.…}}." : "'ref' is required: what expressions call the task; 'name' is only a title for people.", meant);
            return null;
        }

        if (reader.Text("ref") is not { } written) return null;
        var pointer = reader.At("ref");
        if (Names.IsReservedRef(written))
            problems.Add(pointer, ProblemCodes.RefFormat, $"{Wording.Quote(written)} is reserved; choose another ref.");
        else if (!Names.IsIdentifier(written))
            problems.Add(pointer, ProblemCodes.RefFormat, $"A ref is {Names.Rule}; found {Wording.Quote(written)}.", Names.ToIdentifier(written));

        if (!_refs.TryAdd(written, pointer))
            problems.Add(pointer, ProblemCodes.DuplicateRef, $"There is another task {Wording.Quote(written)} at {_refs[written]} (refs that differ in case only count as the same).");
        return written;
    }

    private static string Type(ObjectReader reader)
    {
        reader.Require("type", "the kind of work, Web.Download.");
        if (reader.Text("type") is not { } type) return "";
        if (type.Length == 0) reader.Problems.Add(reader.At("type"), ProblemCodes.UnknownTaskType, "The type is empty.");
        return type;
    }

    private static JsonElement Input(ObjectReader reader)
    {
        if (reader.Get("input") is not { } input) return s_empty;
        if (input.ValueKind == JsonValueKind.Object) return input;
        reader.Mismatch("input", "an object", input);
        return EngineJson.Null;
    }

    private ImmutableArray<string>? DependsOn(ObjectReader reader)
    {
        if (reader.Get("depends_on") is null) return null;
        var (refs, index) = (ImmutableArray.CreateBuilder<string>(), 0);
        foreach (var item in reader.Items("depends_on", least: 0, WorkflowLimits.Tasks))
        {
            var pointer = JsonPointer.Append(reader.At("depends_on"), index++);
            var name = item.ValueKind == JsonValueKind.String ? item.GetString()! : "";
            if (item.ValueKind != JsonValueKind.String)
                problems.Add(pointer, ProblemCodes.TypeMismatch, $"Expected a string (the ref of a task), found {Wording.Found(item, secret: false)}.");
            else if (name.Length == 0)
                problems.Add(pointer, ProblemCodes.UnknownRef, "There is no task without a ref.");
            else if (refs.Contains(name))
                problems.Add(pointer, ProblemCodes.DuplicateRef, $"{Wording.Quote(name)} is named twice.");
            refs.Add(name);
        }

        return refs.ToImmutable();
    }

    private static string? When(ObjectReader reader)
    {
        if (reader.Get("when") is not { } when) return null;
        if (when.ValueKind == JsonValueKind.String) return when.GetString();
        reader.Mismatch("when", "an expression in a string, {{ input.count > 3 }}", when);
        return null;
    }

    private RetryPolicy? Retry(ObjectReader task)
    {
        if (task.Get("retry") is not { } value || ObjectReader.Open(value, task.At("retry"), s_retry, problems) is not { } retry) return null;
        retry.Require("attempts", "how many times it is tried again after the first try.");
        var attempts = retry.Integer("attempts", 0, WorkflowLimits.RetryAttempts) ?? 0;
        var delay = retry.Seconds("delay", 0, WorkflowLimits.RetryDelaySeconds) ?? 1;
        var multiplier = retry.Number("multiplier", 1, 10) ?? 2;
        var longest = retry.Seconds("max_delay", 0, WorkflowLimits.RetryDelaySeconds);
        var jitter = retry.Number("jitter", 0, 1) ?? 0.1;
        if (longest < delay && retry.Get("delay") is not null)
            problems.Add(retry.At("max_delay"), ProblemCodes.Contradiction, $"'max_delay', {Wording.Number(longest.Value)}, is less than 'delay', {Wording.Number(delay)}.");
        return new RetryPolicy(attempts, TimeSpan.FromSeconds(Math.Min(delay, longest ?? delay)), multiplier, TimeSpan.FromSeconds(longest ?? Math.Max(3_600, delay)), jitter);
    }

    private ErrorPolicy OnError(ObjectReader task)
    {
        if (task.Get("on_error") is not { } value) return ErrorPolicy.Fail;
        var pointer = task.At("on_error");
        if (value.ValueKind == JsonValueKind.String)
        {
            var written = value.GetString()!;
            if (written is not ("fail" or "continue"))
                problems.Add(pointer, ProblemCodes.Enum, $$"""Allowed are 'fail', 'continue', { "value": … } and { "task": { "type": …, "input": … } }; found {{Wording.Quote(written)}}.""", NearestName.Find(written, ["fail", "continue"]));
            return written == "continue" ? ErrorPolicy.Continue : ErrorPolicy.Fail;
        }

        if (ObjectReader.Open(value, pointer, s_onError, problems) is not { } reader) return ErrorPolicy.Fail;
        switch (reader.Get("value"), reader.Get("task"))
        {
            case (not null, not null):
                problems.Add(pointer, ProblemCodes.Contradiction, "Either 'value' or 'task' stands in for a failed task, not both.");
                return ErrorPolicy.Fail;
            case ({ } standIn, null):
                return new ErrorPolicy.UseValue(standIn);
            case (null, { } fallback):
                if (ObjectReader.Open(fallback, reader.At("task"), s_fallback, problems) is not { } other) return ErrorPolicy.Fail;
                return new ErrorPolicy.RunTask(Type(other), Input(other));
            default:
                problems.Add(JsonPointer.Append(pointer, "value"), ProblemCodes.Required, "Say what stands in for a failed task: 'value' or 'task'.");
                return ErrorPolicy.Fail;
        }
    }
}
