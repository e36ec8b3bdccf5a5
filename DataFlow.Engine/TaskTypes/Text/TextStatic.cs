using System.ComponentModel;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>A text written in the workflow, or put together by its expressions.</summary>
[TaskType("Text.Static", "Gives a text, with the expressions in it rendered.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "greeting", "type": "Text.Static", "input": { "text": "Hello, {{input.name}}!" } }""")]
internal sealed class TextStatic : TaskType<TextStatic.Input, TextStatic.Output>
{
    public sealed record Input([Description("The text; it may hold expressions."), Example("Hello, {{input.name}}!")] string Text);

    public sealed record Output([Description("The rendered text."), Main] string Text);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) => new(new Output(input.Text));
}
