using Bunit;
using DataFlow.Tests.TaskTypes;
using DataFlow.Tests.Support;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

public sealed class PaletteTests
{
    [Fact]
    public async Task Every_task_type_can_be_dragged_and_a_new_one_appears_by_itself()
    {
        await using var context = PageContext.Create();
        var catalog = new TaskCatalog([.. TestCatalog.Instance.All, new RichTask()]);
        var palette = context.Render<TaskPalette>(p => p.Add(x => x.Catalog, catalog));
        Assert.Equal(catalog.All.Select(type => type.Specification.Type).Order(), palette.FindAll("[draggable=true]").Select(item => item.GetAttribute("data-task-type")!).Order());
        var item = palette.Find("[data-task-type='Web.Download']");
        Assert.Equal(palette.Find($"#{item.GetAttribute("aria-describedby")}").TextContent, item.GetAttribute("title"));
        Assert.Equal("Web", palette.FindAll("section[aria-label=Web] h2").Single().TextContent);
    }

    [Fact]
    public async Task Search_leaves_what_matches_and_says_when_nothing_does()
    {
        await using var context = PageContext.Create();
        var palette = context.Render<TaskPalette>(p => p.Add(x => x.Catalog, TestCatalog.Instance));
        palette.Find("input[type=search]").Input("web down");
        Assert.Equal("Web.Download", palette.FindAll("[data-task-type]").Single().GetAttribute("data-task-type"));
        palette.Find("input[type=search]").Input("no such thing");
        Assert.Empty(palette.FindAll("[data-task-type]"));
        Assert.Contains("No task type matches", palette.Find("[role=status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Double_click_and_Enter_add_it()
    {
        await using var context = PageContext.Create();
        var added = new List<string>();
        var palette = context.Render<TaskPalette>(p => p.Add(x => x.Catalog, TestCatalog.Instance).Add(x => x.OnAdd, added.Add));
        palette.Find("[data-task-type='Text.Reverse']").DoubleClick();
        palette.Find("[data-task-type='Web.Download']").KeyDown("Enter");
        palette.Find("input[type=search]").Input("truncate");
        palette.Find("input[type=search]").KeyDown("Enter");
        Assert.Equal(["Text.Reverse", "Web.Download", "Text.Truncate"], added);
    }
}
