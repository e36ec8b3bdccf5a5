using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.TaskTypes.Flow;

namespace DataFlow.Tests.TaskTypes.Flow;

public sealed class FlowWaitTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{ "seconds": 60 }""", "2024-01-01T00:01:00Z")]
    [InlineData("""{ "seconds": 0.25 }""", "2024-01-01T00:00:00.25Z")]
    [InlineData("""{ "seconds": 0 }""", "2024-01-01T00:00:00Z")]
    [InlineData("""{ "seconds": 31536000 }""", "2024-12-31T00:00:00Z")]
    [InlineData("""{ "until": "2024-01-02T09:00:00Z" }""", "2024-01-02T09:00:00Z")]
    [InlineData("""{ "until": "2024-01-02T09:00:00+02:00" }""", "2024-01-02T07:00:00Z")]
    [InlineData("""{ "until": "1999-01-01T00:00:00Z" }""", "2024-01-01T00:00:00Z")]
    public void The_moment_follows_from_the_input_and_the_start_alone(string input, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment), new FlowWait().ResumesAt(JsonElement.Parse(input), Start));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "seconds": 1, "until": "2024-01-02T09:00:00Z" }""")]
    [InlineData("""{ "seconds": -1 }""")]
    [InlineData("""{ "seconds": 31536001 }""")]
    [InlineData("""{ "seconds": "60" }""")]
    [InlineData("""{ "until": "2024-12-31T00:00:01Z" }""")]
    [InlineData("""{ "until": "2024-01-02T09:00:00" }""")]
    [InlineData("""{ "until": "2024-01-02" }""")]
    [InlineData("""{ "until": "tomorrow" }""")]
    public void An_input_without_a_usable_moment_is_a_failure(string input) =>
        Assert.Equal("input_invalid", Assert.Throws<TaskFailedException>(() => new FlowWait().ResumesAt(JsonElement.Parse(input), Start)).Failure.Code);

    [Fact]
    public void Its_output_says_how_long_it_was() =>
        Assert.Equal(
            """{"waited_seconds":60.5,"resumed_at":"2024-01-01T00:01:00.5Z"}""",
            new FlowWait().Complete(JsonElement.Parse("""{ "seconds": 60 }"""), Start, Start.AddSeconds(60.5)).GetRawText());

    [Fact]
    public async Task Invoked_directly_it_ends_when_the_clock_says_so_even_after_months()
    {
        var clock = Attempt.Clock();
        var wait = new FlowWait().InvokeAsync(JsonElement.Parse("""{ "seconds": 8640000 }"""), Attempt.Context(clock), Xunit.TestContext.Current.CancellationToken).AsTask();
        for (var day = 0; day < 99; day++) clock.Advance(TimeSpan.FromDays(1));
        Assert.False(wait.IsCompleted);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(8_640_000, (await wait).GetProperty("waited_seconds").GetDouble());
    }

    [Fact]
    public async Task Invoked_directly_it_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var wait = new FlowWait().InvokeAsync(JsonElement.Parse("""{ "seconds": 60 }"""), Attempt.Context(), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
