using Bunit;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Tests.Components;

/// <summary>The text of a definition, in an editor that lives in the browser.</summary>
public sealed class DefinitionEditorTests
{
    [Theory]
    [InlineData("{\"name\":\"typed\"}", "{\"name\":\"typed\"}")]
    [InlineData(null, "{}")]
    public async Task What_the_browser_holds_is_read_and_an_editor_that_is_going_away_is_no_edit(string? held, string read)
    {
        await using var context = PageContext.Create();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.JSInterop.SetupModule("/js/editor.js").Mode = JSRuntimeMode.Loose;
        context.JSInterop.Setup<string>("blazorMonaco.editor.getValue", _ => true).SetResult(held!);
        var heard = new List<string>();
        var editor = context.Render<DefinitionEditor>(p => p.Add(shown => shown.Text, "{}").Add(shown => shown.OnText, heard.Add));
        editor.WaitForAssertion(() => Assert.Contains(context.JSInterop.Invocations, call => call.Identifier == "blazorMonaco.editor.create"));

        await editor.InvokeAsync(editor.Instance.OnBackAsync);

        Assert.Contains(context.JSInterop.Invocations, call => call.Identifier == "blazorMonaco.editor.getValue");
        Assert.Equal([read], heard);
    }
}
