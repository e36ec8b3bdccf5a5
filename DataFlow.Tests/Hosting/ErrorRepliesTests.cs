using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Hosting;

public sealed class ErrorRepliesTests
{
    [Fact]
    public async Task A_bug_is_a_500_without_its_details_and_one_log_line_with_them()
    {
        await using var server = await BrokenAsync(new InvalidOperationException("the password is 1234"));

        var reply = await server.GetAsync("/workflows");

        Assert.Equal((500, "application/problem+json", "internal"), (reply.Status, reply.MediaType, reply.Json.GetProperty("code").GetString()));
        Assert.DoesNotContain("1234", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", reply.Text, StringComparison.Ordinal);
        var line = Assert.Single(server.Logs.Errors);
        Assert.Contains(reply.Json.GetProperty("trace_id").GetString()!, line.Message, StringComparison.Ordinal);
        Assert.Contains("1234", line.Exception!.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync("/health/live")).Status);
    }

    [Fact]
    public async Task A_store_that_cannot_write_is_a_503_that_says_when_to_try_again()
    {
        await using var server = await BrokenAsync(new StorageUnavailableException("disk full at /var/secret"));

        var reply = await server.PostAsync("/workflows", Definitions.Nothing);

        Assert.Equal((503, "storage_unavailable"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Equal("5", reply.Header("Retry-After"));
        Assert.DoesNotContain("/var/secret", reply.Text, StringComparison.Ordinal);
        Assert.Empty(server.Logs.Errors);
        Assert.Single(server.Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Message.Contains("disk full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_whose_store_does_not_answer_is_alive_and_not_ready()
    {
        await using var server = await BrokenAsync(new StorageUnavailableException("gone"));

        var ready = await server.GetAsync("/health/ready");

        Assert.Equal((503, "not_ready"), (ready.Status, ready.Json.GetProperty("code").GetString()));
        Assert.Equal(200, (await server.GetAsync("/health/live")).Status);
    }

    private static Task<AppServer> BrokenAsync(Exception failure) => AppServer.StartAsync(services: services => services.AddSingleton<IWorkflowStore>(new BrokenStore(failure)));

    private sealed class BrokenStore(Exception failure) : IWorkflowStore
    {
        public Task<WorkflowVersion> CreateAsync(string id, WorkflowContent content, DateTimeOffset now, CancellationToken cancellationToken) => throw failure;

        public Task<UpdateOutcome> UpdateAsync(string id, WorkflowContent content, int? expectedVersion, DateTimeOffset now, CancellationToken cancellationToken) => throw failure;

        public Task<WorkflowVersion?> GetAsync(string id, int? version, CancellationToken cancellationToken) => throw failure;

        public Task<Page<WorkflowSummary>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken) => throw failure;

        public Task<Page<WorkflowVersion>> ListVersionsAsync(string id, int limit, string? cursor, CancellationToken cancellationToken) => throw failure;

        public Task<bool> DeleteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => throw failure;
    }
}
