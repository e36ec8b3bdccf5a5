using System.Text.Json;
using DataFlow.Engine.TaskTypes.General;

namespace DataFlow.Tests.TaskTypes.General;

public sealed class EchoTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("\"a\"")]
    [InlineData("12345678901234567890.10")]
    [InlineData("""{"b":[1,{"a":null}],"a":"\u0000"}""")]
    public async Task Any_value_comes_back_as_it_was(string json)
    {
        var output = await Attempt.OfAsync(new Echo(), JsonElement.Parse($$"""{ "value": {{json}} }"""));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json), output.GetProperty("value")));
    }

    [Fact]
    public void It_stands_in_the_general_category() => Assert.Equal("General", new Echo().Specification.Category);

    [Fact]
    public async Task A_missing_value_is_not_null() => Assert.Equal("input_invalid", (await Attempt.FailureOfAsync(new Echo(), JsonElement.Parse("{}"))).Code);
}
