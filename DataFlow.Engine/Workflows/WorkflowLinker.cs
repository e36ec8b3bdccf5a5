using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Second half of compiling: task types, order, references and types, from a definition as read to a workflow.</summary>
internal sealed class WorkflowLinker
{
    private static readonly ValueSchema s_condition = new() { Type = DataType.Boolean };

    private readonly WorkflowDefinition _definition;
    private readonly ITaskCatalog _catalog;
    private readonly ProblemList _problems;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly TaskType?[] _types;
    private readonly TaskOrder _order;
    private readonly ReferenceChecker _references;

    public WorkflowLinker(ITaskCatalog catalog, WorkflowDefinition definition, ProblemList problems)
    {
        (_catalog, _definition, _problems) = (catalog, definition, problems);
        _types = new TaskType?[definition.Tasks.Length];
        for (var i = 0; i < definition.Tasks.Length; i++)
        {
            if (definition.Tasks[i].Ref is { Length: > 0 } name) _index.TryAdd(name, i);
            _types[i] = Type(definition.Tasks[i].Type, $"#/tasks/{i}/type");
        }

        _order = TaskOrder.Of(definition.Tasks, _index, problems);
        _references = new ReferenceChecker(definition, _index, _types, _order, problems);
    }

    /// <summary><c>null</c> when there are problems.</summary>
    public Workflow? Link()
    {
        var dependents = _order.Dependents();
        var tasks = ImmutableArray.CreateBuilder<WorkflowTask>(_definition.Tasks.Length);
        for (var i = 0; i < _definition.Tasks.Length; i++)
            if (Task(i, dependents[i]) is { } task)
                tasks.Add(task);
        var outputs = ImmutableArray.CreateBuilder<WorkflowOutput>(_definition.Output.Length);
        for (var i = 0; i < _definition.Output.Length; i++)
        {
            var output = _definition.Output[i];
            if (Template(output.Value, output.Schema, $"#/output/{i}/value", ReferenceChecker.End) is { } value)
                outputs.Add(new WorkflowOutput(output.Name, output.Schema, value));
        }

        return _problems.Count > 0 ? null : new Workflow
        {
            Definition = _definition,
            Tasks = tasks.MoveToImmutable(),
            TaskIndex = _index.ToFrozenDictionary(StringComparer.Ordinal),
            Outputs = outputs.MoveToImmutable(),
            InputSchema = new ValueSchema
            {
                Type = DataType.Object,
                Properties = [.. _definition.Input.Select(input => new PropertySchema(input.Name, input.Schema, input.Required, input.Default))],
            },
        };
    }

    private WorkflowTask? Task(int i, ImmutableArray<int> dependents)
    {
        var (task, pointer) = (_definition.Tasks[i], $"#/tasks/{i}");
        var input = Input(task.Input, _types[i], $"{pointer}/input", i);
        var when = task.When is { } condition ? When(condition, $"{pointer}/when", i) : null;
        var (fallbackType, fallbackInput, fallbackValue) = ((TaskType?)null, (ValueTemplate?)null, (ValueTemplate?)null);
        switch (task.OnError)
        {
            case ErrorPolicy.UseValue policy:
                var output = _types[i]?.Specification.Output ?? ValueSchema.Any;
                fallbackValue = Template(policy.Value, SchemaFit.Loosen(output), $"{pointer}/on_error/value", i);
                break;
            case ErrorPolicy.RunTask policy:
                fallbackType = Type(policy.Type, $"{pointer}/on_error/task/type");
                fallbackInput = Input(policy.Input, fallbackType, $"{pointer}/on_error/task/input", i);
                break;
        }

        return input is null || _types[i] is not { } type ? null : new WorkflowTask
        {
            Index = i,
            Definition = task,
            Type = type,
            Input = input,
            When = when,
            DependsOn = _order.DependsOn(i),
            Dependents = dependents,
            FallbackValue = fallbackValue,
            FallbackType = fallbackType,
            FallbackInput = fallbackInput,
        };
    }

    private TaskType? Type(string written, string pointer)
    {
        // Missing, or no string: said where it was read.
        if (written.Length == 0) return null;
        if (_catalog.TryGet(written, out var type)) return type;
        _problems.Add(pointer, ProblemCodes.UnknownTaskType, $"There is no task type {Wording.Quote(written)}.", _problems.HasRoom ? _catalog.Nearest(written) : null);
        return null;
    }

    private ValueTemplate? Input(JsonElement input, TaskType? type, string pointer, int task) =>
        input.ValueKind == JsonValueKind.Object ? Template(input, type?.Specification.Input ?? ValueSchema.Any, pointer, task) : null;

    private ValueTemplate? Template(JsonElement value, ValueSchema target, string pointer, int task) =>
        FieldExpressions.Check(value, target, _references, _problems, pointer, task);

    private ValueTemplate? When(string condition, string pointer, int task)
    {
        if (condition.Contains("{{", StringComparison.Ordinal)) return Template(JsonSerializer.SerializeToElement(condition), s_condition, pointer, task);
        var bare = condition.Trim();
        _problems.Add(pointer, ProblemCodes.TypeMismatch, $"Expected one expression that gives true or false, found the text {Wording.Quote(condition)}.", bare.Length > 0 ? $"{{{{ {bare} }}}}" : null);
        return null;
    }
}
