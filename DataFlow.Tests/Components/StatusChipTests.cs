using Bunit;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components;
using DataFlow.Web.Components.Shared;

namespace DataFlow.Tests.Components;

public sealed class StatusChipTests
{
    [Fact]
    public async Task Status_is_said_in_a_word_and_shown_by_an_icon()
    {
        await using var context = PageContext.Create();
        var chip = context.Render<StatusChip>(p => p.Add(c => c.View, StatusView.Of(ExecutionStatus.Failed)));
        Assert.Equal("Failed", chip.Find("span").TextContent.Trim());
        Assert.NotNull(chip.Find("svg"));
    }

    [Fact]
    public void Every_status_has_its_own_word_icon_and_tone()
    {
        var views = Enum.GetValues<TaskRunStatus>().Select(StatusView.Of).ToArray();
        Assert.Equal(views.Length, views.Select(view => view.Word).Distinct().Count());
        Assert.Equal(views.Length, views.Select(view => view.Icon).Distinct().Count());
        Assert.Equal(views.Length, views.Select(view => view.Tone).Distinct().Count());
    }

    [Fact]
    public void A_status_looks_the_same_for_executions_and_tasks()
    {
        foreach (var status in Enum.GetValues<ExecutionStatus>())
            Assert.Same(StatusView.Of(status), StatusView.Of(Enum.Parse<TaskRunStatus>(status.ToString())));
    }

    [Fact]
    public void Deliveries_use_the_same_tones() => Assert.Equal(StatusView.Of(ExecutionStatus.Completed).Tone, StatusView.Of(DeliveryStatus.Delivered).Tone);
}
