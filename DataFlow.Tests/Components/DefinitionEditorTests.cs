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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_typed_before_the_page_could_hear_of_it_counts(bool isTyped)
    {
        await using var context = PageContext.Create();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var module = context.JSInterop.SetupModule("/js/editor.js");
        module.Mode = JSRuntimeMode.Loose;
        var ready = module.Setup<bool>("ready", _ => true);
        context.JSInterop.Setup<string>("blazorMonaco.editor.getValue", _ => true).SetResult("typed early");
        var heard = new List<string>();
        var editor = context.Render<DefinitionEditor>(p => p.Add(shown => shown.Text, "{}").Add(shown => shown.OnText, heard.Add));
        editor.WaitForAssertion(() => Assert.Single(ready.Invocations));
        Assert.Empty(heard);

        ready.SetResult(isTyped);

        editor.WaitForAssertion(() => Assert.Single(module.Invocations["light"]));
        Assert.Equal(isTyped ? ["typed early"] : [], heard);
    }

    [Fact]
    public async Task A_definition_that_became_another_while_the_editor_was_made_is_put_in()
    {
        await using var context = PageContext.Create();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        var module = context.JSInterop.SetupModule("/js/editor.js");
        module.Mode = JSRuntimeMode.Loose;
        var ready = module.Setup<bool>("ready", _ => true);
        var editor = context.Render<DefinitionEditor>(p => p.Add(shown => shown.Text, "{}"));
        editor.WaitForAssertion(() => Assert.Single(ready.Invocations));
        editor.Render(p => p.Add(shown => shown.Text, "another"));

        ready.SetResult(false);

        editor.WaitForAssertion(() => Assert.Contains("another", context.JSInterop.Invocations["blazorMonaco.editor.setValue"].Single().Arguments));
    }
}
