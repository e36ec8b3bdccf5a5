using System.Collections.Immutable;
using System.Text.RegularExpressions;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Architecture;

/// <summary>Who may know whom.</summary>
internal static class DependencyRules
{
    // What each room of the engine may import; everything else is refused. TaskTypes means the contract: its children are rooms of their own.
    private static readonly ImmutableSortedDictionary<string, string[]> MayImport = new Dictionary<string, string[]>
    {
        ["TaskTypes"] = [],
        ["Templates"] = [],
        ["Observability"] = [],
        ["Egress"] = ["TaskTypes", "Observability"],
        ["Workflows"] = ["TaskTypes", "Templates"],
        ["Executions"] = ["TaskTypes", "Templates", "Workflows"],
        ["Storage"] = ["TaskTypes", "Templates", "Workflows", "Executions", "Observability"],
        ["Runtime"] = ["TaskTypes", "Templates", "Workflows", "Executions", "Storage", "Egress", "Observability"],
        ["Webhooks"] = ["TaskTypes", "Templates", "Workflows", "Executions", "Storage", "Egress", "Runtime", "Observability"],
    }.ToImmutableSortedDictionary();

    // Downloading a page is an HTTP exchange whose reply is read as text: one reading of charsets, limits and statuses for both.
    private static readonly ImmutableHashSet<(string From, string To)> SharedByFamilies =
        [("DataFlow.Engine.TaskTypes.Web", "DataFlow.Engine.TaskTypes.Http")];

    // Work that takes time, and everything that answers differently on another day.
    private static readonly ImmutableArray<string> Impure =
    [
        "System.Threading.Tasks.Task", "System.Threading.Timer", "System.Threading.Channels", "System.TimeProvider", "System.Random",
        "System.Security.Cryptography.RandomNumberGenerator", "System.IO", "System.Net", "System.Console", "System.Diagnostics.Process",
        "Microsoft.Extensions", "Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite",
    ];

    // Rows and figures that the door itself answers with; the rest of that room is how they are kept.
    private static readonly ImmutableHashSet<Type> StorageRecordsOfTheDoor =
    [
        typeof(Page<>), typeof(WorkflowVersion), typeof(WorkflowSummary), typeof(WorkflowQuery), typeof(ExecutionQuery), typeof(ExecutionStatistics),
        typeof(StatisticsBucket), typeof(FailingWorkflow), typeof(WebhookDelivery), typeof(DeliveryAttempt), typeof(DeliveryStatus), typeof(WebhookQuery), typeof(WebhookDeliveryQuery), typeof(WebhookDisabledReason),
    ];

    private static ImmutableArray<string> StorageItself { get; } =
    [
        .. Repository.Engine.GetTypes()
            .Where(type => type is { Namespace: "DataFlow.Engine.Storage", IsNested: false } && !type.Name.StartsWith('<') && !StorageRecordsOfTheDoor.Contains(type))
            .Select(type => type.FullName!),
    ];

    private static readonly ImmutableArray<string> Stores =
        ["DataFlow.Engine.Storage.IExecutionStore", "DataFlow.Engine.Storage.IWorkflowStore", "DataFlow.Engine.Storage.IWebhookStore", "DataFlow.Engine.Storage.Sqlite", "DataFlow.Engine.Storage.InMemory",
            "DataFlow.Engine.Storage.Retention.IRetentionStore", "DataFlow.Engine.Storage.Retention.ExecutionRetention"];

    // The families of task types, each a room of its own.
    private static ImmutableArray<string> TaskTypeRooms { get; } =
    [
        .. Repository.Engine.GetTypes()
            .Select(type => type.Namespace ?? "")
            .Where(name => Regex.IsMatch(name, @"^DataFlow\.Engine\.TaskTypes\.\w+$"))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    public static ImmutableArray<DependencyRule> All { get; } =
    [
        .. PureRooms(), .. RoomsOfTheEngine(), .. TaskTypeFamilies(), .. Packages(), .. RoomsOfTheWeb(),
    ];

    private static IEnumerable<DependencyRule> PureRooms()
    {
        yield return new("Templates are pure", Repository.Engine, Room("Templates"), Impure);
        yield return new("Workflows are pure", Repository.Engine, Room("Workflows"), Impure);
        yield return new("Executions are pure", Repository.Engine, Room("Executions"), Impure);
    }

    private static IEnumerable<DependencyRule> RoomsOfTheEngine() => MayImport.Select(room => new DependencyRule(
        $"{room.Key} imports only what comes before it",
        Repository.Engine,
        room.Key == "TaskTypes" ? @"^DataFlow\.Engine\.TaskTypes$" : Room(room.Key),
        [
            .. MayImport.Keys.Where(other => other != room.Key && !room.Value.Contains(other)).Select(other => $"DataFlow.Engine.{other}"),
            "DataFlow.Engine.WorkflowEngine", "DataFlow.Engine.EngineServices",
        ])
    {
        ForbiddenToo = TaskTypeRooms,
    });

    private static IEnumerable<DependencyRule> TaskTypeFamilies() => TaskTypeRooms.Select(room => new DependencyRule(
        $"{room} hangs off the contract alone",
        Repository.Engine,
        $"^{Regex.Escape(room)}$",
        [.. new[] { "Workflows", "Executions", "Storage", "Runtime", "Webhooks", "WorkflowEngine" }.Select(other => $"DataFlow.Engine.{other}")])
    {
        ForbiddenToo = [.. TaskTypeRooms.Where(other => other != room && !SharedByFamilies.Contains((room, other)))],
    });

    private static IEnumerable<DependencyRule> Packages()
    {
        yield return new("Only Templates know Scriban", Repository.Engine, Outside("Templates"), ["Scriban"]);
        yield return new("Only Web task types know AngleSharp and SmartReader", Repository.Engine, Outside("TaskTypes.Web"), ["AngleSharp", "SmartReader"]);
        yield return new("Only OpenAI task types know OpenAI", Repository.Engine, Outside("TaskTypes.OpenAI"), ["OpenAI"]);
        yield return new("Only the SQLite store knows its packages", Repository.Engine, Outside("Storage.Sqlite"), ["Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite"]);
        yield return new(
            "The web knows neither the database nor the template language", Repository.Web, @"^DataFlow\.Web",
            ["Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite", "Scriban", "AngleSharp", "SmartReader", "OpenAI"]);
        yield return new("Only components know the component library", Repository.Web, @"^DataFlow\.Web(?!\.Components(\.|$))", ["MudBlazor", "BlazorMonaco"]);
    }

    private static IEnumerable<DependencyRule> RoomsOfTheWeb()
    {
        yield return new(
            "Components know the door and its records, nothing behind it and no connection of their own", Repository.Web, @"^DataFlow\.Web\.Components(\.|$)",
            [.. Stores, "DataFlow.Engine.Runtime", "DataFlow.Engine.Webhooks", "DataFlow.Engine.Egress", "DataFlow.Web.Api", "DataFlow.Web.Live", "DataFlow.Web.Hosting", "System.Net.Http"])
        {
            ForbiddenToo = StorageItself,
        };
        yield return new(
            "The API knows the door and its records, and no page", Repository.Web, @"^DataFlow\.Web\.(Api|Live)(\.|$)",
            [.. Stores, "DataFlow.Engine.Runtime", "DataFlow.Engine.Webhooks", "DataFlow.Web.Components", "MudBlazor", "System.Net.Http"])
        {
            ForbiddenToo = StorageItself,
        };
    }

    private static string Room(string name) => $@"^DataFlow\.Engine\.{name}(\.|$)";

    private static string Outside(string room) => $@"^DataFlow\.Engine(?!\.{Regex.Escape(room)}(\.|$))";

    private static ImmutableDictionary<string, string> Except(params (string Type, string Reason)[] exceptions) =>
        exceptions.ToImmutableDictionary(exception => exception.Type, exception => exception.Reason);
}
