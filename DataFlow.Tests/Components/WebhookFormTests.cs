using Bunit;
using DataFlow.Engine;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Webhooks;

namespace DataFlow.Tests.Components;

public sealed class WebhookFormTests
{
    private static readonly Webhook Before = new("we-1", "https://example.com/hook", true, null, ["execution.failed"], "The team", PageContext.Noon);

    [Fact]
    public async Task What_is_typed_and_chosen_is_what_is_asked_for()
    {
        await using var context = PageContext.Create();
        var model = new WebhookFormModel(workflowId: null);
        var sent = 0;
        var form = context.Render<WebhookForm>(p => p.Add(f => f.Model, model).Add(f => f.OnSubmit, () => sent++));
        form.FieldOf("URL").Input(" https://example.com/hook ");
        form.FieldOf("Description").Input("The team");
        form.FindAll("label.check").Single(label => label.TextContent == "task.failed").QuerySelector("input")!.Change(true);
        form.FindAll("label.check").Single(label => label.TextContent == "execution.started").QuerySelector("input")!.Change(false);
        form.Find("form").Submit();

        var draft = model.ToDraft();
        Assert.Equal(1, sent);
        Assert.Equal("https://example.com/hook", draft.Url);
        Assert.Null(draft.WorkflowId);
        Assert.Equal(["execution.completed", "execution.failed", "execution.cancelled", "task.failed"], draft.Events!.Value);
        Assert.Equal("The team", draft.Description);
        Assert.True(draft.Enabled);
    }

    [Fact]
    public async Task What_the_engine_refused_is_shown_at_its_field_and_the_rest_above()
    {
        await using var context = PageContext.Create();
        var refusal = new Refusal(RefusalKind.Invalid, "validation", "The request has problems.")
        {
            Problems = [new Problem("#/url", "url_scheme", "Use https."), new Problem("#/events/1", "duplicate", "Named twice."), new Problem("#", "max_items", "No more are allowed.")],
        };
        var form = context.Render<WebhookForm>(p => p.Add(f => f.Model, new WebhookFormModel(workflowId: null)).Add(f => f.Refusal, refusal));
        Assert.Equal("true", form.FieldOf("URL").GetAttribute("aria-invalid"));
        Assert.Null(form.FieldOf("Description").GetAttribute("aria-invalid"));
        Assert.Equal("Use https.", form.Find("#webhook-url-hint [role=alert]").TextContent);
        Assert.Equal("Named twice.", form.Find("#webhook-events-wrong [role=alert]").TextContent);
        var above = form.Find(".note-box").TextContent;
        Assert.Contains("No more are allowed.", above, StringComparison.Ordinal);
        Assert.DoesNotContain("Use https.", above, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_webhook_that_executions_name_only_the_description_can_be_changed()
    {
        await using var context = PageContext.Create();
        var named = Before with { IsSubscription = false };
        var form = context.Render<WebhookForm>(p => p.Add(f => f.Model, new WebhookFormModel(named)).Add(f => f.Before, named));
        Assert.Equal(["webhook-description"], form.FindAll("input, select").Select(field => field.Id!));
    }

    [Fact]
    public void A_change_names_only_what_was_changed()
    {
        var model = new WebhookFormModel(Before);
        Assert.Equal(new WebhookChange(), model.ToChange());
        model.Description = "";
        model.Turn("execution.completed", true);
        var change = model.ToChange();
        Assert.Null(change.Url);
        Assert.Equal("", change.Description);
        Assert.Equal(["execution.completed", "execution.failed"], change.Events!.Value);
    }
}
