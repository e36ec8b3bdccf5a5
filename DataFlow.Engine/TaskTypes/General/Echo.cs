using System.ComponentModel;
using System.Text.Json;

namespace DataFlow.Engine.TaskTypes.General;

/// <summary>Gives back what it gets: names an intermediate value, or shows what an expression makes.</summary>
[TaskType("Echo", "Gives back the value it is given.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "settings", "type": "Echo", "input": { "value": { "language": "en", "limits": [10, 20] } } }""")]
internal sealed class Echo : TaskType<Echo.Input, Echo.Output>
{
    public sealed record Input([Description("Any JSON value; expressions in it are rendered at any depth."), Example("""{ "language": "en" }""")] JsonElement Value);

    public sealed record Output([Description("The value, unchanged."), Main] JsonElement Value);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new Output(input.Value));
}
