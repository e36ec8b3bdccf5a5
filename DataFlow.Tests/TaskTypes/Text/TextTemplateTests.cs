using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class TextTemplateTests
{
    private static readonly object Values = new { name = "Ada", born = 1815, share = 0.5, known = true, customer = new { name = "Bob", tags = new[] { "a", "b" } }, nothing = (string?)null, braces = "{name}" };

    private static async Task<string?> FillAsync(string template) => (await Attempt.OfAsync(new TextTemplate(), new { template, values = Values })).GetProperty("text").GetString();

    [Theory]
    [InlineData("", "")]
    [InlineData("Dear {name}, born {born}.", "Dear Ada, born 1815.")]
    [InlineData("{share}{known}", "0.5true")]
    [InlineData("{customer.name}: {customer.tags}", "Bob: [\"a\",\"b\"]")]
    [InlineData("\\{name} is {name}", "{name} is Ada")]
    [InlineData("{ name } { \"a\": {born} } {} } {", "{ name } { \"a\": 1815 } {} } {")]
    [InlineData("{braces}", "{name}")]
    public async Task Placeholders_are_filled_and_other_braces_stay(string template, string text) => Assert.Equal(text, await FillAsync(template));

    [Theory]
    [InlineData("{nmae}", "'nmae'", "Did you mean 'name'?")]
    [InlineData("{nothing}", "'nothing'", "")]
    [InlineData("{customer.age}", "'customer.age'", "")]
    [InlineData("{name.first}", "'name.first'", "")]
    public async Task A_missing_or_null_value_is_a_failure(string template, string path, string hint)
    {
        var failure = await Attempt.FailureOfAsync(new TextTemplate(), new { template, values = Values });
        Assert.Equal("missing_value", failure.Code);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(hint, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_template_cannot_grow_without_bound()
    {
        var failure = await Attempt.FailureOfAsync(new TextTemplate(), new { template = string.Concat(Enumerable.Repeat("{a}", 10_000)), values = new { a = new string('x', 100_000) } });
        Assert.Equal("text_too_long", failure.Code);
    }
}
