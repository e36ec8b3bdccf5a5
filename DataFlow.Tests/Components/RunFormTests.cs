using System.Collections.Immutable;
using Bunit;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Tests.Components;

public sealed class RunFormTests
{
    private static readonly ImmutableArray<InputDefinition> Inputs =
    [
        new("webpage_url", new ValueSchema { Type = DataType.String, Description = "The page to read." }, true, null),
        new("max_words", new ValueSchema { Type = DataType.Integer }, false, PageContext.Json("100")),
        new("tone", new ValueSchema { Type = DataType.String, Choices = [PageContext.Json("\"calm\""), PageContext.Json("\"loud\"")] }, false, null),
    ];

    [Fact]
    public async Task Submitting_sends_typed_values()
    {
        await using var context = PageContext.Create();
        RunOrder? order = null;
        var form = context.Render<RunForm>(p => p.Add(f => f.Inputs, Inputs).Add(f => f.OnRun, sent => order = sent));
        form.FieldOf("webpage_url").Input("https://example.com");
        form.FieldOf("max_words").Input("25");
        form.FieldOf("tone").Change("1");
        form.Find("form").Submit();
        Assert.Equal("""{"webpage_url":"https://example.com","max_words":25,"tone":"loud"}""", order?.Input.GetRawText());
        Assert.Null(order?.WebhookUrl);
    }

    [Fact]
    public async Task Nothing_is_sent_while_a_required_field_is_empty_and_the_field_says_so()
    {
        await using var context = PageContext.Create();
        var sent = false;
        var form = context.Render<RunForm>(p => p.Add(f => f.Inputs, Inputs).Add(f => f.OnRun, _ => sent = true));
        form.Find("form").Submit();
        Assert.False(sent);
        Assert.Equal("true", form.FieldOf("webpage_url").GetAttribute("aria-invalid"));
        Assert.Equal("This input must be given.", form.Find("[role=alert]").TextContent);
    }

    [Fact]
    public async Task What_the_engine_refused_is_shown_at_its_field_and_the_rest_below()
    {
        await using var context = PageContext.Create();
        var form = context.Render<RunForm>(p => p.Add(f => f.Inputs, Inputs).Add(f => f.Problems,
            [new Problem("#/input/max_words", "range", "At most 50."), new Problem("#/webhook_url", "url_scheme", "Use https.")]));
        Assert.Equal("true", form.FieldOf("max_words").GetAttribute("aria-invalid"));
        Assert.Null(form.FieldOf("webpage_url").GetAttribute("aria-invalid"));
        Assert.Contains(form.FindAll("[role=alert]"), alert => alert.TextContent.Contains("#/webhook_url Use https.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_typed_survives_a_redraw()
    {
        await using var context = PageContext.Create();
        var form = context.Render<RunForm>(p => p.Add(f => f.Inputs, Inputs));
        form.FieldOf("webpage_url").Input("https://typed.example");
        form.Render(p => p.Add(f => f.Busy, true));
        Assert.Equal("https://typed.example", form.FieldOf("webpage_url").GetAttribute("value"));
    }

    [Fact]
    public async Task A_key_is_asked_for_only_when_needed_and_goes_with_the_order()
    {
        await using var context = PageContext.Create();
        RunOrder? order = null;
        var form = context.Render<RunForm>(p => p.Add(f => f.Inputs, []).Add(f => f.OnRun, sent => order = sent));
        Assert.Empty(form.FindAll("input[type=password]"));
        form.Render(p => p.Add(f => f.NeedsOpenAiKey, true));
        form.FieldOf("OpenAI key").Input("sk-test");
        form.Find("form").Submit();
        Assert.Equal("sk-test", order?.Credentials["openai"]);
    }
}
