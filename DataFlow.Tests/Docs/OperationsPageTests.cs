using System.Globalization;
using DataFlow.Engine;
using DataFlow.Engine.Storage.Sqlite;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;
using DataFlow.Web.Api.Requests;
using DataFlow.Web.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DataFlow.Tests.Docs;

public sealed class OperationsPageTests
{
    private static readonly string s_page = File.ReadAllText(RepositoryFiles.Of("docs", "operations.md"));

    [Fact]
    public void Limits_are_the_ones_in_force()
    {
        var kestrel = new KestrelServerOptions();
        ServerLimits.Use(kestrel);
        var (limits, engine, egress) = (kestrel.Limits, new EngineOptions(), new Engine.Egress.EgressOptions());

        AssertTold($"| {RequestBody.MaxBytes:N0} bytes |");
        AssertTold($"| {limits.MinRequestBodyDataRate!.BytesPerSecond:0} bytes a second after {limits.MinRequestBodyDataRate.GracePeriod.TotalSeconds:0} seconds |");
        AssertTold($"| {limits.RequestHeadersTimeout.TotalSeconds:0} seconds to arrive |");
        AssertTold($"| {limits.MaxConcurrentConnections:N0}, of them {limits.MaxConcurrentUpgradedConnections:N0} pages |");
        var live = new DataFlow.Web.Live.LiveOptions();
        AssertTold($"| {live.MaxConnections:N0}, each with {live.MaxStreams} streams; messages of {DataFlow.Web.Live.LiveOptions.LongestMessage:N0} bytes |");
        AssertTold($"| {WorkflowLimits.Tasks:N0}, {WorkflowLimits.Names}, {WorkflowLimits.Names} |");
        AssertTold($"| {engine.MaxConcurrentExecutions}; ");
        AssertTold($"| {engine.MaxPendingExecutions:N0}, then 429 |");
        AssertTold($"| {engine.MaxOutputBytes:N0} bytes | `DataFlow:MaxOutputBytes` |");
        var logs = new TaskLogOptions();
        AssertTold($"| {logs.MaxLines:N0} lines, {logs.MaxBytes:N0} bytes; ");
        AssertTold($"| {logs.MaxLineCharacters:N0} characters | `DataFlow:Logs:MaxLineCharacters` |");
        AssertTold($"every {logs.BatchMilliseconds} ms (`DataFlow:Logs:BatchMilliseconds`)");
        AssertTold($"| {engine.MaxConcurrentTrials} at once, {engine.TrialSeconds} seconds each");
        AssertTold($"| {egress.MaxResponseBytes:N0} bytes after decompression, {egress.TotalSeconds} seconds |");
        AssertTold($"`DataFlow:StopSeconds` ({engine.StopSeconds})");
        var retention = new Engine.Storage.Retention.RetentionOptions();
        AssertTold($"| Days after the end | {retention.MaxAgeDays} |");
        AssertTold($"| Days after a FAILED end | {retention.FailedMaxAgeDays} |");
        AssertTold($"| Executions in all | {retention.MaxExecutions:N0} |");
        AssertTold($"| Executions of one workflow | {retention.MaxExecutionsPerWorkflow:N0} |");
        AssertTold($"| Megabytes of the database in use | {retention.MaxMegabytes:N0} |");
        AssertTold($"| Seconds between two looks at the limits | {retention.IntervalSeconds} |");
        AssertTold($"| {StartupFailure.ExitCode} | It could not start");
    }

    [Fact]
    public async Task The_files_named_are_those_of_a_data_directory()
    {
        await using var server = await AppServer.StartAsync(settings: "DataFlow:Samples=true");
        var files = Directory.EnumerateFileSystemEntries(server.DataFolder).Select(Path.GetFileName).ToList();

        Assert.Contains(SqliteDatabase.FileName, files);
        Assert.All(files, file => AssertTold($"`{file}"));
    }

    private static void AssertTold(FormattableString text) => AssertTold(text.ToString(CultureInfo.InvariantCulture));

    private static void AssertTold(string text) => Assert.Contains(text, s_page, StringComparison.Ordinal);
}
