using System.Text;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Tests.Support;
using DataFlow.Tests.Workflows;

namespace DataFlow.Tests.Api;

public sealed class SchemasTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Fact]
    public async Task The_schema_has_its_media_type_and_a_tag_that_saves_the_second_download()
    {
        var reply = await Server.GetAsync("/schemas/workflow.json");
        Assert.Equal((200, "application/schema+json"), (reply.Status, reply.MediaType));
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", reply.Json.GetProperty("$schema").GetString());

        var again = await Server.GetAsync("/schemas/workflow.json", ("If-None-Match", reply.Header("ETag")!));
        Assert.Equal((304, ""), (again.Status, again.Text));
    }

    [Fact]
    public async Task Another_schema_is_refused_as_the_API_refuses()
    {
        var reply = await Server.GetAsync("/schemas/other.json");
        Assert.Equal((404, "application/problem+json"), (reply.Status, reply.MediaType));
    }

    [Fact]
    public async Task Every_task_type_is_offered_with_its_input()
    {
        var schema = (await Server.GetAsync("/schemas/workflow.json")).Json;
        foreach (var type in Server.Get<WorkflowEngine>().TaskTypes.All.Select(type => type.Specification))
        {
            Assert.Contains(schema.GetProperty("$defs").GetProperty("task").GetProperty("properties").GetProperty("type").GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray(), name => name.GetString() == type.Type);
            var fields = schema.GetProperty("$defs").GetProperty($"{type.Type}.input").GetProperty("properties");
            Assert.Equal(type.Input.Properties!.Value.Select(property => property.Name), fields.EnumerateObject().Select(field => field.Name));
        }
    }

    [Fact]
    public async Task Nothing_the_engine_accepts_is_refused()
    {
        var schema = new SchemasEvaluator((await Server.GetAsync("/schemas/workflow.json")).Json);
        var compiler = Server.Get<WorkflowEngine>();
        var accepted = Corpus.Good.Where(each => compiler.Validate(each.Bytes).Workflow is not null).ToArray();
        Assert.True(accepted.Length > 50, $"Only {accepted.Length} of the corpus are accepted.");
        Assert.Equal([], accepted.SelectMany(each => schema.Errors(JsonElement.Parse(Encoding.UTF8.GetString(each.Bytes.Span).TrimStart((char)0xFEFF))).Select(error => $"{each}: {error}")));
        foreach (var type in compiler.TaskTypes.All)
            Assert.Equal([], schema.Errors(JsonElement.Parse($$"""{"name":"Example","tasks":[{{type.Specification.Example.GetRawText()}}]}""")));
    }

    [Theory]
    [InlineData("""{"tasks":[{"ref":"a","type":"Text.Reverse","input":{"text":"x"}}]}""", "#/name is missing")]
    [InlineData("""{"name":"W","tasks":[]}""", "#/tasks has too few")]
    [InlineData("""{"name":"W","tasks":[{"ref":"a","type":"Text.Reverse","input":{"text":"x"},"inputs":{}}]}""", "#/tasks/0/inputs may not be there")]
    [InlineData("""{"name":"W","tasks":[{"ref":"a b","type":"Text.Reverse","input":{"text":"x"}}]}""", "#/tasks/0/ref does not match")]
    [InlineData("""{"name":"W","tasks":[{"ref":"a","type":"Text.Reverse"}]}""", "#/tasks/0/input is missing")]
    [InlineData("""{"name":"W","tasks":[{"ref":"a","type":"Text.Reverse","input":{"txt":"x"}}]}""", "#/tasks/0/input/txt may not be there")]
    [InlineData("""{"name":"W","tasks":[{"ref":"a","type":"Text.Truncate","input":{"text":"x","length":"five"}}]}""", "#/tasks/0/input/length fits none")]
    [InlineData("""{"name":"W","tasks":[{"ref":"a","type":"Echo","retry":{"attempts":101}}]}""", "#/tasks/0/retry/attempts is too large")]
    public async Task What_is_wrong_is_seen(string definition, string expected)
    {
        var schema = new SchemasEvaluator((await Server.GetAsync("/schemas/workflow.json")).Json);
        Assert.Contains(schema.Errors(JsonElement.Parse(definition)), error => error.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_expression_stands_for_a_value_of_any_type()
    {
        var schema = new SchemasEvaluator((await Server.GetAsync("/schemas/workflow.json")).Json);
        Assert.Equal([], schema.Errors(JsonElement.Parse("""{"name":"W","input":[{"name":"n","type":"integer"}],"tasks":[{"ref":"a","type":"Text.Truncate","input":{"text":"x","length":"{{ input.n }}"}}]}""")));
    }
}
