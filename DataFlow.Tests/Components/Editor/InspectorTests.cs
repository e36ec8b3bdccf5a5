using Bunit;

namespace DataFlow.Tests.Components.Editor;

public sealed class InspectorTests
{
    private const string Two =
        """{"name":"W","input":[{"name":"url","type":"string"}],"tasks":[{"ref":"first","type":"Web.Download","input":{"url":"https://example.com"}},{"ref":"second","type":"Text.Truncate","input":{"text":"{{ refs.first.output.html_content }}","length":5}}]}""";

    private const string Rich = """{"name":"W","tasks":[{"ref":"rich","type":"Test.Rich"}]}""";

    [Fact]
    public async Task Every_field_of_the_specification_has_a_control()
    {
        await using var form = new InspectorForm(Rich, "rich");

        foreach (var property in new TaskTypes.RichTask().Specification.Input.Properties!.Value)
            Assert.Contains(form.Form.FindAll(".parameter-head .name"), name => name.TextContent == property.Name);
        Assert.Equal("SELECT", form.Field("colour").TagName);
        Assert.Equal("SELECT", form.Field("flag").TagName);
        Assert.Equal("numeric", form.Field("timeout_seconds").GetAttribute("inputmode"));
        Assert.Equal("30", form.Field("timeout_seconds").GetAttribute("placeholder"));
        Assert.Equal("TEXTAREA", form.Field("headers").TagName);
        Assert.Equal("url", form.Field("url").GetAttribute("inputmode"));
    }

    [Fact]
    public async Task Opening_a_task_edits_nothing()
    {
        await using var form = new InspectorForm(Two, "second");
        Assert.Empty(form.Edits);
        Assert.Equal(System.Text.Json.Nodes.JsonNode.Parse(Two)!.ToJsonString(), System.Text.Json.Nodes.JsonNode.Parse(form.Document.ToJson())!.ToJsonString());
    }

    [Theory]
    [InlineData("timeout_seconds", "45", """{"timeout_seconds":45}""")]
    [InlineData("share", "0.25", """{"share":0.25}""")]
    [InlineData("word", "abcd", """{"word":"abcd"}""")]
    [InlineData("flag", "false", """{"flag":false}""")]
    [InlineData("colour", "0", """{"colour":"red"}""")]
    [InlineData("headers", """{"a": "b"}""", """{"headers":{"a":"b"}}""")]
    [InlineData("x", "2.5", """{"point":{"x":2.5}}""")]
    [InlineData("anything", "[1]", """{"anything":[1]}""")]
    [InlineData("anything", "plain words", """{"anything":"plain words"}""")]
    public async Task A_value_is_written_as_its_type_and_clearing_it_leaves_nothing_behind(string field, string typed, string input)
    {
        await using var form = new InspectorForm(Rich, "rich");

        form.Field(field).Change(typed);
        Assert.Equal($$"""{"ref":"rich","type":"Test.Rich","input":{{input}}}""", form.Task);

        form.Field(field).Change("");
        Assert.Equal("""{"ref":"rich","type":"Test.Rich"}""", form.Task);
    }

    [Fact]
    public async Task What_is_no_number_is_said_at_the_field_and_not_written()
    {
        await using var form = new InspectorForm(Rich, "rich");

        form.Field("timeout_seconds").Change("soon");

        Assert.Empty(form.Edits);
        Assert.Equal("true", form.Field("timeout_seconds").GetAttribute("aria-invalid"));
        Assert.Contains(form.Form.FindAll("[role=alert]"), alert => alert.TextContent == "Give a whole number, such as 42.");
    }

    [Fact]
    public async Task Items_of_a_list_are_added_moved_and_removed()
    {
        await using var form = new InspectorForm(Rich, "rich");

        form.Button("Add to words").Click();
        form.Field("words 1").Change("one");
        form.Button("Add to words").Click();
        form.Field("words 2").Change("two");
        form.Button("Move words 2 up").Click();
        Assert.Contains("""{"words":["two","one"]}""", form.Task, StringComparison.Ordinal);

        form.Button("Remove words 2").Click();
        Assert.Contains("""{"words":["two"]}""", form.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_switches_to_an_expression_and_back()
    {
        await using var form = new InspectorForm(Two, "second");

        form.Button("Expression for length").Click();
        Assert.Equal("combobox", form.Field("length").GetAttribute("role"));
        form.Field("length").Input("{{ input.url }}");
        form.Field("length").Blur();
        Assert.Contains("\"length\":\"{{ input.url }}\"", form.Task, StringComparison.Ordinal);
        Assert.Contains(form.Form.FindAll("[role=alert]"), alert => alert.TextContent.Contains("integer", StringComparison.Ordinal));

        form.Button("Expression for length").Click();
        Assert.DoesNotContain("length", form.Task, StringComparison.Ordinal);
        Assert.Equal("numeric", form.Field("length").GetAttribute("inputmode"));
    }

    [Fact]
    public async Task Problems_stand_at_their_fields()
    {
        await using var form = new InspectorForm("""{"name":"W","tasks":[{"ref":"a","type":"Web.Download","input":{"url":5,"nonsense":1},"timeout":-1,"surprise":true}]}""", "a");

        Assert.Equal("true", form.Field("url").GetAttribute("aria-invalid"));
        Assert.Equal("true", form.Field("timeout").GetAttribute("aria-invalid"));
        Assert.Contains(form.Form.FindAll("[role=alert]"), alert => alert.TextContent.Contains("surprise", StringComparison.Ordinal));
        form.Button("Remove nonsense").Click();
        Assert.DoesNotContain("nonsense", form.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_ref_is_told_and_left_to_the_page()
    {
        await using var form = new InspectorForm(Two, "second");
        form.Field("ref").Change("short");
        Assert.Equal(("second", "short"), form.Renamed);
        Assert.Empty(form.Edits);
    }

    [Fact]
    public async Task Retry_and_timeout_are_written_as_they_are_set_and_vanish_when_cleared()
    {
        await using var form = new InspectorForm(Two, "second");

        form.Field("attempts").Change("3");
        form.Field("multiplier").Change("1.5");
        form.Field("timeout").Change("2.5");
        Assert.EndsWith(""","retry":{"attempts":3,"multiplier":1.5},"timeout":2.5}""", form.Task, StringComparison.Ordinal);
        Assert.Empty(form.Problems);

        foreach (var field in (string[])["attempts", "multiplier", "timeout"]) form.Field(field).Change("");
        Assert.DoesNotContain("retry", form.Task, StringComparison.Ordinal);
        Assert.DoesNotContain("timeout", form.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Depends_on_begins_with_what_holds_anyway_and_may_be_empty()
    {
        await using var form = new InspectorForm(Two, "second");

        form.Field("depends_on").Change("chosen");
        Assert.EndsWith("\"depends_on\":[\"first\"]}", form.Task, StringComparison.Ordinal);
        form.Button("Do not wait for first").Click();
        Assert.EndsWith("\"depends_on\":[]}", form.Task, StringComparison.Ordinal);
        form.Form.Find("select[aria-label='Wait for another task']").Change("first");
        Assert.EndsWith("\"depends_on\":[\"first\"]}", form.Task, StringComparison.Ordinal);
        form.Field("depends_on").Change("before");
        Assert.DoesNotContain("depends_on", form.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_error_has_every_way_out()
    {
        await using var form = new InspectorForm(Two, "second");

        form.Field("on_error").Change("continue");
        Assert.EndsWith("\"on_error\":\"continue\"}", form.Task, StringComparison.Ordinal);
        form.Field("on_error").Change("value");
        form.Field("value").Change("""{"text": "none", "truncated": false}""");
        Assert.EndsWith("""on_error":{"value":{"text":"none","truncated":false}}}""", form.Task, StringComparison.Ordinal);
        form.Field("on_error").Change("task");
        form.Field("type", 1).Change("Text.Reverse");
        // The field of the task itself is the first of that name.
        form.Field("text", 1).Change("none");
        Assert.EndsWith("""on_error":{"task":{"type":"Text.Reverse","input":{"text":"none"}}}}""", form.Task, StringComparison.Ordinal);
        form.Field("on_error").Change("fail");
        Assert.DoesNotContain("on_error", form.Task, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_takes_an_expression()
    {
        await using var form = new InspectorForm(Two, "second");
        form.Field("when").Input("{{ input.url != '' }}");
        form.Field("when").Blur();
        Assert.Contains("\"when\":\"{{ input.url != '' }}\"", form.Task.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(form.Problems);
    }

    [Fact]
    public async Task The_outputs_can_be_copied_as_references()
    {
        await using var form = new InspectorForm(Two, "first");
        Assert.NotNull(form.Button("Copy refs.first.output.html_content"));
    }

    [Fact]
    public async Task A_type_that_is_not_known_still_shows_its_input()
    {
        await using var form = new InspectorForm("""{"name":"W","tasks":[{"ref":"a","type":"Web.Downlod","input":{"url":"x"}}]}""", "a");
        Assert.Contains("\"url\"", form.Field("input").GetAttribute("value"), StringComparison.Ordinal);
        Assert.Contains(form.Form.FindAll("[role=alert]"), alert => alert.TextContent.Contains("Web.Download", StringComparison.Ordinal));
    }
}
