using System.ComponentModel;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Api.Contracts;

[Description("All task types, by name.")]
internal sealed record TaskTypeList(IReadOnlyList<TaskTypeDocument> TaskTypes);

[Description("A kind of work that tasks can name as their type.")]
internal sealed record TaskTypeDocument(
    [property: Description("The name to write, such as Web.Download.")] string Type,
    string Description,
    string Category,
    [property: Description("Other spellings that are read as this type.")] IReadOnlyList<string> Aliases,
    [property: Description("What happens to an attempt that a crash interrupts: PURE and IDEMPOTENT are repeated, UNSAFE is not.")] TaskRepeat Repeat,
    [property: Description("JSON Schema (2020-12) of a task's input.")] JsonElement Input,
    [property: Description("JSON Schema (2020-12) of what {{refs.….output.…}} can reach.")] JsonElement Output,
    [property: Description("The output field that matters most.")] string? MainOutput,
    [property: Description("A whole task entry.")] JsonElement Example,
    [property: Description("The credential it cannot run without, such as openai.")] string? Credential);
