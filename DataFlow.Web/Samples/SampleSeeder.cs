using System.Text;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Samples;

/// <summary>Saves the sample workflows, once: when the server first starts on an empty database. It waits for the server to listen, to know its address.</summary>
internal sealed partial class SampleSeeder(WorkflowEngine engine, IServer server, IOptions<EngineOptions> options, ILogger<SampleSeeder> log) : IHostedLifecycleService
{
    private const string MarkName = "samples-seeded";

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // The mark stays when the samples are deleted: what somebody threw away does not come back.
        var mark = Path.Combine(options.Value.DataDirectory, MarkName);
        if (!options.Value.Samples || File.Exists(mark)) return;
        var existing = await engine.ListWorkflowsAsync(new WorkflowQuery(Limit: 1), cancellationToken);
        if (!existing.IsOk) return;
        if (existing.Value.Items.IsEmpty)
        {
            // Saved last, a workflow is first in the list.
            foreach (var definition in (string[])[SampleFiles.Definition(SampleFiles.ContractWorkflow), StartWorkflow()])
                if (!await SaveAsync(definition, cancellationToken)) return;
        }
        await File.WriteAllTextAsync(mark, "", cancellationToken);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string StartWorkflow()
    {
        var definition = JsonNode.Parse(SampleFiles.Definition(SampleFiles.StartWorkflow))!;
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address)
            definition["input"]![0]!["default"] = $"{ListeningAddresses.ToReach(address)}{SampleServices.PagesPath}/{SampleFiles.StartPage}";
        return definition.ToJsonString();
    }

    private async Task<bool> SaveAsync(string definition, CancellationToken cancellationToken)
    {
        var saved = await engine.CreateWorkflowAsync(Encoding.UTF8.GetBytes(definition), cancellationToken);
        foreach (var problem in saved.Refusal?.Problems ?? []) Refused(problem.Pointer, problem.Code);
        return saved.IsOk;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sample workflow was refused at {Pointer}: {Code}.")]
    private partial void Refused(string pointer, string code);
}
