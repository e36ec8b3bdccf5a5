using System.Text;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Tests.Support;
using DataFlow.Tests.Workflows;
using DataFlow.Web.Components.Editor;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>Definitions good and bad in a real browser: each drawn whole, given back as it came, and put right where it is wrong.</summary>
public sealed class EditorCorpusTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    /// <summary>Every so many is saved as well, and of the broken ones looked at.</summary>
    private const int SavedEvery = 12, BrokenEvery = 9;

    /// <summary>Milliseconds; the rest of what is wrong is to be told as well.</summary>
    private const int Briefly = 5_000;

    [Fact]
    public async Task Every_good_definition_is_a_card_per_task_and_is_exported_and_saved_equal()
    {
        var wrong = new List<string>();
        var desk = await new EditorDesk(await OpenAsync($"/app/workflows/{await Server.CreateAsync(Simple)}")).ReadyAsync(1);
        foreach (var (number, given) in Corpus.Good.Index())
        {
            var definition = Read(given);
            var id = await Server.CreateAsync(Encoding.UTF8.GetString(given.Bytes.Span));
            // In the same circuit: what one workflow left must not show in the next.
            await desk.Page.EvaluateAsync("address => Blazor.navigateTo(address)", $"/app/workflows/{id}");
            await Expect(desk.Page.Locator($"[href*='{id}']").And(desk.Page.GetByRole(AriaRole.Link, new() { Name = "Executions", Exact = true }))).ToBeVisibleAsync();
            var refs = definition["tasks"]!.AsArray().Select(task => (string)task!["ref"]!).ToList();
            await Expect(desk.Cards).ToHaveCountAsync(refs.Count);
            if (!refs.Order(StringComparer.Ordinal).SequenceEqual((await desk.RefsAsync()).Order(StringComparer.Ordinal))) wrong.Add($"{given}: other cards");
            await Expect(desk.Button("Valid")).ToBeVisibleAsync();

            var file = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Button("Export as a file").ClickAsync());
            if (!JsonNode.DeepEquals(definition, Parse(await File.ReadAllTextAsync(await file.PathAsync(), Token)))) wrong.Add($"{given}: exported otherwise");
            if (number % SavedEvery == 0 && !await IsSavedEqualAsync(desk, id, definition)) wrong.Add($"{given}: saved otherwise");
        }
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task What_is_wrong_with_a_definition_is_said_on_its_card_and_at_its_field()
    {
        var cases = Corpus.Broken.Where(given => DefinitionDocument.Parse(Encoding.UTF8.GetString(given.Bytes.Span)) is not null && given.Bytes.Length < 20_000).Where((_, number) => number % BrokenEvery == 0).ToList();
        Assert.True(cases.Count >= 20, $"{cases.Count} broken definitions can be shown.");
        var wrong = new List<string>();
        var desk = await new EditorDesk(await OpenAsync("/app/workflows/new")).ReadyAsync();
        await desk.Tab("Problems").ClickAsync();
        foreach (var (number, given) in cases.Index())
        {
            var file = $"broken-{number}.json";
            await desk.Page.GetByLabel("Import a definition from a file").SetInputFilesAsync(new FilePayload { Name = file, MimeType = "application/json", Buffer = given.Bytes.ToArray() });
            await Expect(desk.Button($"Undo Import {file}")).ToBeVisibleAsync();
            var problems = (await Server.PostAsync("/workflows/validate", Encoding.UTF8.GetString(given.Bytes.Span))).Json.GetProperty("errors").EnumerateArray().ToList();
            var (pointer, detail) = (problems[0].GetProperty("pointer").GetString()!, problems[0].GetProperty("detail").GetString()!);
            var listed = desk.Page.GetByRole(AriaRole.List, new() { Name = "Problems" }).GetByRole(AriaRole.Listitem);
            await Expect(listed).ToHaveCountAsync(problems.Count);
            await Expect(listed.First).ToContainTextAsync(detail);
            await listed.First.GetByRole(AriaRole.Button).First.ClickAsync();

            if (TaskIn(pointer) is { } index)
            {
                var inTask = problems.Count(problem => TaskIn(problem.GetProperty("pointer").GetString()!) == index);
                var card = desk.Canvas.GetByRole(AriaRole.Button, new() { Pressed = true, NameRegex = new($@"\b{inTask} problems?\b") });
                if (!await HoldsAsync(Expect(card).ToHaveCountAsync(1, new() { Timeout = Briefly }))) wrong.Add($"{given}: its card does not say {inTask}");
            }
            if (!await HoldsAsync(Expect(desk.Page.GetByRole(AriaRole.Complementary)).ToContainTextAsync(detail, new() { Timeout = Briefly }))) wrong.Add($"{given}: {pointer} is not said beside the graph: {detail}");
        }
        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    private const string Simple = """{"name":"First","tasks":[{"ref":"only","type":"Echo","input":{"value":1}}]}""";

    private async Task<bool> IsSavedEqualAsync(EditorDesk desk, string id, JsonNode definition)
    {
        await desk.NameField.FillAsync("Another name");
        await desk.Page.Keyboard.PressAsync("Tab");
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.GetByText("Version 2", new() { Exact = true })).ToBeVisibleAsync();
        var expected = definition.DeepClone();
        expected["name"] = "Another name";
        return JsonNode.DeepEquals(expected, Parse((await Server.GetAsync($"/workflows/{id}")).Json.GetProperty("definition").GetRawText()));
    }

    private static async Task<bool> HoldsAsync(Task expected)
    {
        try
        {
            await expected;
            return true;
        }
        catch (PlaywrightException)
        {
            return false;
        }
    }

    private static int? TaskIn(string pointer) => CanvasModel.TaskOf(pointer) is >= 0 and var index ? index : null;

    private static JsonNode Read(CorpusCase given) => Parse(Encoding.UTF8.GetString(given.Bytes.Span).TrimStart('\uFEFF'));

    private static JsonNode Parse(string json) => JsonNode.Parse(json, documentOptions: EngineJson.DocumentOptions)!;
}
