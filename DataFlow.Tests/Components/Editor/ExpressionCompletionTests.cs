using System.Collections.Immutable;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

public sealed class ExpressionCompletionTests
{
    private static readonly ImmutableArray<ReachableReference> Reachable =
        [.. ((string[])["input.url", "refs.a.output", "refs.a.output.text"]).Select(text => new ReachableReference(text, new ValueSchema { Type = DataType.String }, ReachableKind.Output))];

    [Theory]
    [InlineData("{{|", "{{ input.url }}")]
    [InlineData("{{ inp|", "{{ input.url }}")]
    [InlineData("{{ url| }}", "{{ input.url }}")]
    [InlineData("{{u|}}", "{{ input.url }}")]
    [InlineData("before {{ in| }} after {{ refs.a.output }}", "before {{ input.url }} after {{ refs.a.output }}")]
    [InlineData("{{ refs.a.output.t| + 1 }}", "{{ refs.a.output.text + 1 }}")]
    [InlineData("{{ input.url | string.upc|", "{{ input.url | string.upcase }}")]
    public void The_first_option_is_put_in_at_the_caret(string text, string expected)
    {
        var caret = text.EndsWith('|') ? text.Length - 1 : text.IndexOf('|', StringComparison.Ordinal);
        text = text.Remove(caret, 1);
        var completion = ExpressionCompletion.At(text, caret, Reachable, asked: false);
        Assert.NotNull(completion);
        Assert.Equal(expected, completion.Accept(text, completion.Options[0]).Text);
    }

    [Theory]
    [InlineData("plain text")]
    [InlineData("{{ input.url }} and more")]
    [InlineData("{{ input.url")]
    [InlineData("{{ nothing_like_it")]
    [InlineData("")]
    public void Nothing_is_offered_where_nothing_can_stand(string text) => Assert.Null(ExpressionCompletion.At(text, text.Length, Reachable, asked: false));

    [Fact]
    public void Outside_of_braces_it_is_offered_when_asked_for_and_brings_its_braces()
    {
        var completion = ExpressionCompletion.At("Hello ", 6, Reachable, asked: true);
        Assert.Equal(("Hello {{ input.url }}", 18), completion!.Accept("Hello ", completion.Options[0]));
    }

    [Fact]
    public void Behind_a_pipe_only_functions_can_stand() =>
        Assert.All(ExpressionCompletion.At("{{ input.url | ", 15, Reachable, asked: false)!.Options, option => Assert.DoesNotContain(option.Text, Reachable.Select(reference => reference.Text)));
}
