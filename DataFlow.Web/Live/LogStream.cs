using System.IO.Pipelines;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Live;

/// <summary>Lines of tasks as they are written, and how far tasks have come.</summary>
internal sealed class LogStream(WorkflowEngine engine, ServerSentEvents stream)
{
    public async Task WriteAsync(HttpContext http, TaskLogQuery query, int after)
    {
        using var ending = stream.EndOf(http);
        var answer = await engine.GetExecutionAsync(null, query.ExecutionId, ending.Token);
        if (!answer.IsOk)
        {
            await ProblemReply.RefusedAsync(http, answer.Refusal);
            return;
        }
        if (after > 0 && answer.Value.IsFinished && await HasSeenAllAsync(query.ExecutionId, after, ending.Token))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        await stream.WriteAsync(http.Response, engine.WatchActivityAsync(query.ExecutionId, after, ending.Token), (output, activity) => Write(output, activity, query), ending.Token);
    }

    private async Task<bool> HasSeenAllAsync(string executionId, int after, CancellationToken cancellationToken) =>
        await engine.ListLogsAsync(new TaskLogQuery(executionId, Cursor: after.ToString(System.Globalization.CultureInfo.InvariantCulture), Limit: 1), cancellationToken) is { Value.Items.IsEmpty: true };

    private static void Write(PipeWriter output, TaskActivity activity, TaskLogQuery query)
    {
        foreach (var line in activity.Lines)
            if (Matches(line, query))
                ServerSentEvents.Write(output, line.Number, "line", LogMerge.Line(line), static (writer, data) => JsonSerializer.Serialize(writer, data, ApiJson.Default.LogLine));
        foreach (var progress in activity.Progress)
            if (query.Ref is null || query.Ref == progress.Ref)
                ServerSentEvents.Write(output, null, "progress", Shape(progress), static (writer, data) => JsonSerializer.Serialize(writer, data, ApiJson.Default.ProgressReport));
    }

    private static bool Matches(TaskLogLine line, TaskLogQuery query) =>
        (query.Ref is null || query.Ref == line.Ref) && (query.AtLeast is not { } least || line.Level >= least)
        && (query.Text is null || line.Text.Contains(query.Text, StringComparison.OrdinalIgnoreCase));

    public static ProgressReport Shape(TaskProgress progress) =>
        new(progress.At, progress.Ref, progress.Attempt, progress.Percent, progress.Done, progress.Total, progress.Unit, progress.Note);
}
