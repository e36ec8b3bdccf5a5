using Bunit;
using DataFlow.Web.Components.Shared;

namespace DataFlow.Tests.Components;

public sealed class ProseTests
{
    [Theory]
    [InlineData("with `when` it guards", "with <code>when</code> it guards")]
    [InlineData("`delay` first, `multiplier` last", "<code>delay</code> first, <code>multiplier</code> last")]
    [InlineData("one ` alone stays", "one ` alone stays")]
    [InlineData("<b>is text</b>", "&lt;b&gt;is text&lt;/b&gt;")]
    public async Task Words_between_backticks_are_code(string text, string shown)
    {
        await using var context = PageContext.Create();
        context.Render<Prose>(prose => prose.Add(p => p.Text, text)).MarkupMatches(shown);
    }
}
