using System.Text.Json;
using AngleSharp.Dom;
using Bunit;
using DataFlow.Engine;
using DataFlow.Web.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;

namespace DataFlow.Tests.Components;

/// <summary>What every component needs: the kit, a clock of the test's own, a browser that answers nothing.</summary>
internal static class PageContext
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static BunitContext Create(FakeTimeProvider? clock = null)
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton<TimeProvider>(clock ?? new FakeTimeProvider(Noon));
        context.Services.AddScoped<BrowserShell>();
        context.Services.AddScoped<Web.Components.Editor.EditorCommands>();
        context.Services.AddScoped<Web.Components.Layout.PageShortcuts>();
        context.Services.AddScoped<Web.Components.Workflows.DefinitionHandover>();
        context.Services.AddSingleton(new Web.Samples.SampleGallery(() => null));
        return context;
    }

    /// <summary>And what the page of a workflow needs besides: the engine, drafts, scripts that do nothing.</summary>
    public static BunitContext ForEditor(WorkflowEngine engine, FakeTimeProvider? clock = null)
    {
        var context = Create(clock);
        context.Services.AddSingleton(engine);
        context.Services.AddTransient<Web.Components.Editor.DraftStore>();
        context.Services.AddTransient<Web.Components.Editor.PinStore>();
        foreach (var script in (string[])["/Components/Editor/WorkflowCanvas.razor.js", "./Components/Editor/TaskPalette.razor.js"])
            context.JSInterop.SetupModule(script).Mode = JSRuntimeMode.Loose;
        return context;
    }

    /// <summary>The field that a label is for.</summary>
    public static IElement FieldOf<T>(this IRenderedComponent<T> component, string label) where T : IComponent =>
        component.Find($"#{component.FindAll("label").Single(found => found.TextContent.StartsWith(label, StringComparison.Ordinal)).GetAttribute("for")}");

    public static JsonElement Json(string json) => JsonElement.Parse(json);
}
