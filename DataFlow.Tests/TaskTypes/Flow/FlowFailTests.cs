using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.TaskTypes.Flow;

namespace DataFlow.Tests.TaskTypes.Flow;

public sealed class FlowFailTests
{
    [Fact]
    public async Task It_fails_with_what_it_is_given() =>
        Assert.Equal(new TaskFailure("empty_page", "No text.", Retryable: true), await Attempt.FailureOfAsync(new FlowFail(), new { message = "No text.", code = "empty_page", retryable = true }));

    [Fact]
    public async Task By_default_it_is_final_and_called_failed() =>
        Assert.Equal(new TaskFailure("failed", "No text."), await Attempt.FailureOfAsync(new FlowFail(), new { message = "No text." }));

    [Theory]
    [InlineData("failed", true)]
    [InlineData("http_404", true)]
    [InlineData("Failed", false)]
    [InlineData("no text", false)]
    [InlineData("4xx", false)]
    public void A_code_is_a_word_in_snake_case(string code, bool fits) =>
        Assert.Equal(fits, Regex.IsMatch(code, new FlowFail().Specification.Input.Find("code")!.Schema.Pattern!));
}
