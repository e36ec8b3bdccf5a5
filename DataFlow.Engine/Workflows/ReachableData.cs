using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Values for expressions to be tried with: those of an execution, or somebody's own. Immutable.</summary>
public sealed class ReachableData
{
    private readonly ITemplateScope _scope;

    internal ReachableData(ITemplateScope scope) => _scope = scope;

    /// <summary>Values in the shape that expressions name them by.</summary>
    /// <param name="data">An object: <c>{ "input": { … }, "refs": { "download": { "output": … } }, "execution": { "id": … }, "workflow": { "id": … } }</c>, each optional.</param>
    /// <param name="now">What <c>date.now</c> gives.</param>
    public static ReachableData Of(JsonElement data, DateTimeOffset now) => new(new Given(data, now));

    /// <summary>Outputs of tasks, by ref, and nothing else.</summary>
    public static ReachableData OfOutputs(ImmutableDictionary<string, JsonElement> outputs, DateTimeOffset now) => new(new Outputs(outputs, now));

    /// <summary>What a value with expressions gives.</summary>
    /// <returns>The value, or why there is none: it cannot be parsed, something it names is missing, a limit was hit.</returns>
    public (JsonElement? Value, TemplateFault? Fault) Render(JsonElement value)
    {
        var (template, faults) = ValueTemplate.Parse(value);
        if (template is null) return (null, faults[0]);
        try
        {
            return (template.Render(_scope), null);
        }
        catch (TemplateRenderException exception)
        {
            return (null, exception.Fault);
        }
    }

    /// <summary>These values, and those of <paramref name="below"/> where there are none here.</summary>
    public ReachableData Over(ReachableData? below) => below is null ? this : new(new Layered(_scope, below._scope));

    private sealed class Outputs(ImmutableDictionary<string, JsonElement> outputs, DateTimeOffset now) : ITemplateScope
    {
        public DateTimeOffset Now => now;

        public bool TryGet(ReferenceRoot root, string name, out JsonElement value)
        {
            value = default;
            return root == ReferenceRoot.Task && outputs.TryGetValue(name, out value);
        }
    }

    private sealed class Layered(ITemplateScope above, ITemplateScope below) : ITemplateScope
    {
        public DateTimeOffset Now => above.Now;

        public bool TryGet(ReferenceRoot root, string name, out JsonElement value) => above.TryGet(root, name, out value) || below.TryGet(root, name, out value);
    }

    private sealed class Given(JsonElement data, DateTimeOffset now) : ITemplateScope
    {
        public DateTimeOffset Now => now;

        public bool TryGet(ReferenceRoot root, string name, out JsonElement value) => root switch
        {
            ReferenceRoot.Input => TryFollow(out value, "input", name),
            ReferenceRoot.Task => TryFollow(out value, "refs", name, "output"),
            ReferenceRoot.ExecutionId => TryFollow(out value, "execution", "id"),
            ReferenceRoot.WorkflowId => TryFollow(out value, "workflow", "id"),
            _ => TryFollow(out value, "", name),
        };

        private bool TryFollow(out JsonElement value, params ReadOnlySpan<string> path)
        {
            value = data;
            foreach (var name in path)
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value)) return false;
            return true;
        }
    }
}
