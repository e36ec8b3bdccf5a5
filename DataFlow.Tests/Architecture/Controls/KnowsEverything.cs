using System.Diagnostics;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Channels;
using DataFlow.Engine;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.Storage.Sqlite;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;
using DataFlow.Engine.Webhooks;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Api;
using DataFlow.Web.Components.Values;
using DataFlow.Web.Hosting;
using DataFlow.Web.Live;

namespace DataFlow.Tests.Architecture.Controls;

/// <summary>Breaks every rule about who may know whom, so that a rule which has stopped looking is found out.</summary>
internal static class KnowsEverything
{
    public static Type[] Rooms =>
    [
        typeof(WorkflowEngine), typeof(EngineServices), typeof(TaskSpecification), typeof(ValueTemplate), typeof(IEgressClientFactory), typeof(Workflow),
        typeof(Execution), typeof(ExecutionRunner), typeof(WebhookDispatcher), typeof(IExecutionStore), typeof(IWorkflowStore), typeof(IWebhookStore),
        typeof(StorageContext), typeof(InMemoryDatabase), typeof(EngineTelemetry), typeof(IRetentionStore), typeof(ExecutionRetention),
    ];

    public static Type[] Web => [typeof(ExecutionsApi), typeof(EventsApi), typeof(DataFlowHost), typeof(JsonText)];

    public static Type[] Packages =>
    [
        typeof(Scriban.Template), typeof(AngleSharp.IConfiguration), typeof(SmartReader.Reader), typeof(OpenAI.OpenAIClient), typeof(MudBlazor.MudButton),
        typeof(BlazorMonaco.Editor.Editor), typeof(Microsoft.EntityFrameworkCore.DbContext), typeof(Microsoft.Data.Sqlite.SqliteConnection),
        typeof(Microsoft.Extensions.Logging.ILogger),
    ];

    public static Type[] Impurities =>
    [
        typeof(Task), typeof(Timer), typeof(Channel), typeof(TimeProvider), typeof(Random), typeof(RandomNumberGenerator), typeof(File), typeof(IPAddress),
        typeof(HttpMethod), typeof(Console), typeof(Process),
    ];
}
