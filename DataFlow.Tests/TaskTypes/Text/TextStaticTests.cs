using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class TextStaticTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Hello, <b>\"world\"</b> & {{not rendered again}} 👍🏽\u2028")]
    public async Task The_text_comes_back_as_it_was(string text) =>
        Assert.Equal(text, (await Attempt.OfAsync(new TextStatic(), new { text })).GetProperty("text").GetString());
}
