using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

/// <summary>Whatever is wrong with a request to execute is told at once.</summary>
public sealed class ExecuteProblemsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Definition = """{ "name": "t", "input": [{ "name": "a", "type": "string" }, { "name": "b", "type": "integer" }], "tasks": [{ "ref": "t", "type": "Text.Reverse", "input": { "text": "{{input.a}}" } }], "output": [] }""";

    [Theory]
    [InlineData("""{"input":{"a":1},"webhok_url":"x"}""", "#/input/a #/input/b #/webhok_url")]
    [InlineData("""{"input":{"a":"x","b":"y"},"webhook_url":7}""", "#/input/b #/webhook_url")]
    [InlineData("""{"inputs":{"a":"x","b":1}}""", "#/input/a #/input/b #/inputs")]
    [InlineData("""{"input":[],"webhook_url":"ftp://x"}""", "#/input #/webhook_url")]
    [InlineData("""{"input":{"a":"x","b":1},"more":1}""", "#/more")]
    [InlineData("""[]""", "#")]
    public async Task Shape_and_values_are_told_together(string body, string pointers)
    {
        var workflow = await fixture.Server.CreateAsync(Definition);

        var reply = await fixture.Server.PostAsync($"/workflows/{workflow}/execute", body);

        Assert.Equal(400, reply.Status);
        Assert.Equal(pointers.Split(' '), reply.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Headers_body_and_values_are_told_together()
    {
        var workflow = await fixture.Server.CreateAsync(Definition);

        var reply = await fixture.Server.PostAsync($"/workflows/{workflow}/execute", """{"input":{"b":1},"more":1}""", ("Prefer", "wait=never"));

        Assert.Equal(
            ["Prefer", "#/more", "#/input/a"],
            reply.Json.GetProperty("errors").EnumerateArray().Select(error => (error.TryGetProperty("header", out var header) ? header : error.GetProperty("pointer")).GetString()));
    }
}
