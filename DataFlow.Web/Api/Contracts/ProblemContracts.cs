using System.ComponentModel;
using System.Text.Json.Serialization;

namespace DataFlow.Web.Api.Contracts;

[Description("An RFC 9457 problem.")]
internal sealed record ProblemDocument(
    [property: Description("A URI that names the kind of problem.")] string Type,
    string Title,
    int Status,
    [property: Description("A stable word for programs: the last part of type with underscores.")] string Code,
    [property: Description("For a person.")] string Detail,
    [property: Description("The path that was asked for.")] string Instance,
    [property: Description("Finds the request in the log.")] string TraceId,
    [property: Description("Everything that is wrong, at most 100 entries.")] IReadOnlyList<ProblemEntry>? Errors = null,
    [property: Description("Whether there are more than are listed.")] bool? ErrorsTruncated = null,
    [property: Description("With version_conflict: the current version.")] int? CurrentVersion = null,
    [property: Description("With payload_too_large: the most that is accepted.")] int? MaxBytes = null,
    [property: Description("With not_ready: what was looked at.")] IReadOnlyList<HealthEntry>? Checks = null);

[Description("One thing that is wrong; exactly one of pointer, parameter and header says where.")]
internal sealed record ProblemEntry(
    [property: Description("A stable word.")] string Code,
    [property: Description("For a person.")] string Detail,
    [property: Description("Where in the body: a URI-fragment JSON Pointer, #/tasks/1/ref."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Pointer = null,
    [property: Description("Which query parameter."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Parameter = null,
    [property: Description("Which header."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Header = null,
    [property: Description("What was probably meant."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Suggestion = null);
