using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class FirstVisitTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    /// <summary>Notes every word that the status of a task shows, for as long as the document lives; a reload would take the notes away.</summary>
    private const string NoteStatuses =
        """
        () => {
          window.statusesSeen = {};
          const note = () => {
            for (const item of document.querySelectorAll("section[aria-labelledby=tasks-title] li")) {
              const lines = item.innerText.split("\n").map(line => line.trim());
              const word = lines.find(line => /^(Pending|Running|Completed|Failed|Cancelled|Skipped)$/.test(line));
              const seen = window.statusesSeen[lines[0]] ??= [];
              if (word && seen.at(-1) !== word) seen.push(word);
            }
          };
          new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """;

    [Fact]
    public async Task One_button_leads_from_the_home_page_to_a_completed_execution_and_every_status_is_seen_to_change()
    {
        var held = new BrowserHeldTasks();
        var server = Keep(await AppServer.StartAsync(services: held.Use, settings: "DataFlow:Samples=true"));
        var page = await OpenAsync("/", server: server);
        await page.EvaluateAsync(NoteStatuses);

        await page.GetByRole(AriaRole.Button, new() { Name = "Run the sample" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/app/executions/ex-"));
        var tasks = page.GetByRole(AriaRole.Region, new() { Name = "Tasks" }).GetByRole(AriaRole.Listitem);
        await Expect(tasks).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Running" })).ToBeVisibleAsync();
        (string Ref, string Type)[] order = [("download_webpage", "Web.Download"), ("extract_text", "Web.ExtractText"), ("summarize_text", "Text.Summarize")];
        foreach (var (name, type) in order)
        {
            var task = TaskLine(page, name);
            await Expect(task).ToContainTextAsync("Running");
            held.LetGo(type);
            await Expect(task).ToContainTextAsync("Completed");
        }
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Completed" })).ToBeVisibleAsync();
        await Expect(Region(page, "Execution").GetByText("summary_text")).ToBeVisibleAsync();
        await Expect(Region(page, "Execution").GetByText("The lens that reached the horizon")).ToBeVisibleAsync();

        var seen = await page.EvaluateAsync<Dictionary<string, string[]>>("() => window.statusesSeen");
        Assert.Equal(["Pending", "Running", "Completed"], seen["extract_text"]);
        Assert.Equal(["Pending", "Running", "Completed"], seen["summarize_text"]);
        Assert.Equal(["Running", "Completed"], seen["download_webpage"].Where(word => word != "Pending"));
    }
}
