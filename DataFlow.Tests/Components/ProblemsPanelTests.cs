using Bunit;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Tests.Components;

public sealed class ProblemsPanelTests
{
    private static readonly Problem Unknown = new("#/tasks/1/input/text", "unknown_ref", "There is no task 'extrat'. Did you mean 'extract'?", "extract");

    [Fact]
    public async Task Choosing_a_problem_tells_which()
    {
        await using var context = PageContext.Create();
        Problem? chosen = null;
        var list = context.Render<ProblemsPanel>(p => p.Add(c => c.Problems, [Unknown]).Add(c => c.OnChosen, problem => chosen = problem));
        var button = list.Find("button");
        Assert.Contains("#/tasks/1/input/text", button.TextContent, StringComparison.Ordinal);
        Assert.Contains("unknown_ref", button.TextContent, StringComparison.Ordinal);
        button.Click();
        Assert.Same(Unknown, chosen);
    }

    [Fact]
    public async Task The_number_of_problems_is_announced()
    {
        await using var context = PageContext.Create();
        var list = context.Render<ProblemsPanel>(p => p.Add(c => c.Problems, [Unknown, Unknown with { Code = "required" }]));
        Assert.Equal("2 problems", list.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task None_is_said_too()
    {
        await using var context = PageContext.Create();
        var list = context.Render<ProblemsPanel>(p => p.Add(c => c.Problems, []));
        Assert.Contains("No problems", list.Find("[role=status]").TextContent, StringComparison.Ordinal);
    }
}
