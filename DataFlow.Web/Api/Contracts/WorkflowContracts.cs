using System.ComponentModel;
using System.Text.Json;

namespace DataFlow.Web.Api.Contracts;

[Description("A definition was saved.")]
internal sealed record WorkflowSavedReply(
    [property: Description("Names the workflow; used to execute it.")] string WorkflowId,
    [property: Description("Its current version, from 1.")] int WorkflowVersion);

[Description("One version of a workflow.")]
internal sealed record WorkflowDocument(
    string WorkflowId,
    int WorkflowVersion,
    [property: Description("When this version was saved.")] DateTimeOffset CreatedAt,
    [property: Description("The document as it was sent; it can be sent back with PUT as it is.")] JsonElement Definition);

[Description("Workflows, newest first.")]
internal sealed record WorkflowList(
    IReadOnlyList<WorkflowRow> Workflows,
    [property: Description("Asks for the next page; null on the last one.")] string? NextCursor);

[Description("A workflow as lists show it.")]
internal sealed record WorkflowRow(
    string WorkflowId,
    int WorkflowVersion,
    string Name,
    string? Description,
    int TaskCount,
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

[Description("Versions of one workflow, newest first.")]
internal sealed record VersionList(
    IReadOnlyList<VersionRow> Versions,
    [property: Description("Asks for the next page; null on the last one.")] string? NextCursor);

[Description("A version as lists show it.")]
internal sealed record VersionRow(string WorkflowId, int WorkflowVersion, string Name, DateTimeOffset CreatedAt);

[Description("What a check of a definition found.")]
internal sealed record ValidationReply(
    [property: Description("Whether it could be saved as it is.")] bool Valid,
    IReadOnlyList<ProblemEntry> Errors,
    [property: Description("Whether there are more problems than are listed.")] bool ErrorsTruncated);
