using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

public sealed class ExpressionsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Definition =
        """{"name":"W","input":[{"name":"url","type":"string"}],"tasks":[{"ref":"a","type":"Web.Download","input":{"url":"{{ input.url }}"}},{"ref":"b","type":"Text.Reverse","input":{"text":"{{ refs.a.output.html_content }}"}},{"ref":"broken","type":"No.Such"}]}""";

    private AppServer Server => fixture.Server;

    [Theory]
    [InlineData("""{"expression":"input.n + 1","data":{"input":{"n":41}}}""", "42", "integer")]
    [InlineData("""{"value":"{{ refs.a.output.list[1] }}","data":{"refs":{"a":{"output":{"list":[1,2.5]}}}}}""", "2.5", "number")]
    [InlineData("""{"value":{"a":["Hello {{ input.name }}"]},"data":{"input":{"name":"Ada"}}}""", """{"a":["Hello Ada"]}""", "object")]
    [InlineData("""{"value":"{{ input.missing ?? 'none' }}","data":{}}""", "\"none\"", "string")]
    [InlineData("""{"expression":"'a' | string.upcase"}""", "\"A\"", "string")]
    [InlineData("""{"value":null}""", "null", "null")]
    public async Task The_value_keeps_its_type(string body, string value, string type)
    {
        var reply = await Server.PostAsync("/expressions/evaluate", body);
        Assert.True(reply.Status == 200, reply.ToString());
        Assert.Equal((value, type, 0), (reply.Json.GetProperty("value").GetRawText(), reply.Json.GetProperty("type").GetString(), reply.Json.GetProperty("problems").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"value":"{{ input. }}"}""", "#/value", "template_syntax")]
    [InlineData("""{"value":{"x":"{{ input.a }}"},"data":{"input":{}}}""", "#/value/x", "null_reference")]
    [InlineData("""{"expression":"nonsense.x"}""", "#/value", "unknown_root")]
    public async Task What_is_wrong_with_it_is_a_reply(string body, string pointer, string code)
    {
        var reply = await Server.PostAsync("/expressions/evaluate", body);
        Assert.Equal(200, reply.Status);
        var problem = reply.Json.GetProperty("problems").EnumerateArray().First();
        Assert.Equal((pointer, code), (problem.GetProperty("pointer").GetString(), problem.GetProperty("code").GetString()));
        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task At_a_task_only_what_has_ended_before_can_be_named_whatever_is_wrong_elsewhere()
    {
        var reply = await Server.PostAsync("/expressions/evaluate", $$"""{"expression":"refs.b.output.text","workflow":{{Definition}},"at":"b"}""");
        Assert.Equal("cycle", reply.Json.GetProperty("problems")[0].GetProperty("code").GetString());
        var names = reply.Json.GetProperty("reachable").EnumerateArray().ToDictionary(row => row.GetProperty("reference").GetString()!, row => row.GetProperty("type").GetString());
        Assert.Equal("string", names["input.url"]);
        Assert.Equal("string", names["refs.a.output.html_content"]);
        Assert.Contains("execution.id", names.Keys);
        Assert.DoesNotContain(names.Keys, name => name.StartsWith("refs.b", StringComparison.Ordinal) || name.StartsWith("refs.broken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_the_outputs_every_task_can_be_named()
    {
        var reply = await Server.PostAsync("/expressions/evaluate", $$"""{"expression":"refs.b.output.text","workflow":{{Definition}}}""");
        Assert.Equal(0, reply.Json.GetProperty("problems").GetArrayLength());
        Assert.Contains(reply.Json.GetProperty("reachable").EnumerateArray(), row => row.GetProperty("reference").GetString() == "refs.broken.output");
    }

    [Fact]
    public async Task An_execution_lends_its_values_and_its_definition()
    {
        var execution = (await Server.RunAsync(await Server.CreateAsync("""{"name":"W","tasks":[{"ref":"a","type":"Text.Reverse","input":{"text":"abc"}}]}"""))).GetProperty("execution_id").GetString();
        var reply = await Server.PostAsync("/expressions/evaluate", $$"""{"expression":"refs.a.output.text","execution_id":"{{execution}}"}""");
        Assert.Equal("cba", reply.Json.GetProperty("value").GetString());
        Assert.Contains(reply.Json.GetProperty("reachable").EnumerateArray(), row => row.GetProperty("reference").GetString() == "refs.a.output.text");
    }

    [Theory]
    [InlineData("""{}""", 400, "#/value", "required")]
    [InlineData("""{"value":1,"expression":"1"}""", 400, "#/value", "contradiction")]
    [InlineData("""{"value":1,"data":{},"execution_id":"ex-00000000"}""", 400, "#/data", "contradiction")]
    [InlineData("""{"value":1,"data":[]}""", 400, "#/data", "type_mismatch")]
    [InlineData("""{"value":1,"at":"a"}""", 400, "#/at", "unknown_ref")]
    [InlineData("""{"value":1,"at":"a","workflow":{"name":"W","tasks":[]}}""", 400, "#/at", "unknown_ref")]
    [InlineData("""{"vlaue":1}""", 400, "#/vlaue", "unknown_property")]
    public async Task A_request_that_makes_no_sense_is_refused(string body, int status, string pointer, string code)
    {
        var reply = await Server.PostAsync("/expressions/evaluate", body);
        Assert.Equal((status, "application/problem+json"), (reply.Status, reply.MediaType));
        Assert.Contains(reply.Json.GetProperty("errors").EnumerateArray(), error => error.GetProperty("pointer").GetString() == pointer && error.GetProperty("code").GetString() == code);
    }

    [Fact]
    public async Task An_unknown_execution_is_not_found() =>
        Assert.Equal(404, (await Server.PostAsync("/expressions/evaluate", """{"value":1,"execution_id":"ex-00000000"}""")).Status);

    [Fact]
    public async Task A_flood_of_expressions_is_not_tried()
    {
        var many = string.Concat(Enumerable.Repeat("{{ 1 }}", 101));
        var reply = await Server.PostAsync("/expressions/evaluate", $$"""{"value":"{{many}}"}""");
        Assert.Equal("template_too_large", reply.Json.GetProperty("problems")[0].GetProperty("code").GetString());
    }
}
