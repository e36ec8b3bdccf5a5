using DataFlow.Tests.Docs;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class WebhooksPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task A_webhook_is_made_tried_given_a_new_secret_and_deleted()
    {
        var receiver = Keep(await HookReceiver.StartAsync());
        var page = await OpenAsync("/app/settings/webhooks");
        await Button(page, "New webhook").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("URL").FillAsync("ftp://example.com");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create webhook" }).ClickAsync();
        await Expect(dialog.GetByLabel("URL")).ToHaveAttributeAsync("aria-invalid", "true");
        await dialog.GetByLabel("URL").FillAsync(receiver.Url);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create webhook" }).ClickAsync();
        var first = await SecretAsync(dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = receiver.Url })).ToBeVisibleAsync();

        await Button(page, "Send test").ClickAsync();
        var message = await receiver.NextAsync();
        var deliveries = Region(page, "Deliveries");
        await Expect(deliveries.GetByText("answered 204")).ToBeVisibleAsync();
        Assert.True(IsSignedBy(first, message));
        await deliveries.GetByRole(AriaRole.Button, new() { Name = $"Message and replies of {message.Id}" }).ClickAsync();
        await Expect(deliveries.GetByText("This is a test of your webhook.")).ToBeVisibleAsync();

        await Button(page, "New secret").ClickAsync();
        await dialog.GetByLabel("signs nothing more").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a new secret" }).ClickAsync();
        var second = await SecretAsync(dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await deliveries.GetByRole(AriaRole.Button, new() { Name = $"Redeliver {message.Id}" }).ClickAsync();
        var again = await receiver.NextAsync();
        Assert.Equal(message.Id, again.Id);
        Assert.True(IsSignedBy(second, again));
        Assert.False(IsSignedBy(first, again));

        await Button(page, "Delete").ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete webhook" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Webhooks", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = receiver.Url })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_asked_about_a_webhook_that_is_deleted_elsewhere_goes_with_it()
    {
        var receiver = Keep(await HookReceiver.StartAsync());
        var made = await Server.PostAsync("/webhooks", $$"""{"url":"{{receiver.Url}}","events":["execution.completed"]}""");
        var address = made.Header("Location")!;
        var page = await OpenAsync($"/app/settings/webhooks?webhook={address.Split('/')[^1]}");
        await Button(page, "Delete").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

        await Server.SendAsync(HttpMethod.Delete, address, null);

        await Expect(page.GetByText("There is no such webhook.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "All webhooks" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Webhooks", Exact = true })).ToBeVisibleAsync();
    }

    private static async Task<string> SecretAsync(ILocator dialog)
    {
        var shown = dialog.GetByRole(AriaRole.Note, new() { Name = "Signing secret" });
        await Expect(shown).ToContainTextAsync("whsec_");
        return await shown.InnerTextAsync();
    }

    private static bool IsSignedBy(string secret, HookReceiver.Message message) =>
        WebhookSignature.IsGenuine(secret, message.Id, message.Timestamp, message.Signature, System.Text.Encoding.UTF8.GetBytes(message.Body), TimeProvider.System.GetUtcNow());
}
