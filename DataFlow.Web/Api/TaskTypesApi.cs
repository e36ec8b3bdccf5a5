using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Api;

/// <summary>The catalogue of task types.</summary>
internal static class TaskTypesApi
{
    public static void MapTaskTypes(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/task-types", http => List(http, engine)).Documented("listTaskTypes", "List task types", "All of them, by name.").Answers<TaskTypeList>(200, "The catalogue.");
        api.MapGet("/task-types/{type}", http => Get(http, engine)).Documented("getTaskType", "Get a task type", "Case and underscores of the name do not matter.")
            .Takes(Parameter.TaskType).Answers<TaskTypeDocument>(200, "Its specification.").Refuses(404);
    }

    private static Task List(HttpContext http, WorkflowEngine engine) =>
        JsonReply.WriteAsync(http, StatusCodes.Status200OK, new TaskTypeList([.. engine.TaskTypes.All.Select(Document)]), ApiJson.Default.TaskTypeList);

    private static Task Get(HttpContext http, WorkflowEngine engine)
    {
        var name = http.Route("type");
        if (engine.TaskTypes.TryGet(name, out var type)) return JsonReply.WriteAsync(http, StatusCodes.Status200OK, Document(type), ApiJson.Default.TaskTypeDocument);
        var nearest = engine.TaskTypes.Nearest(name);
        return ProblemReply.WriteAsync(http, ProblemKind.NotFound, nearest is null ? null : $"There is no such task type. Did you mean '{nearest}'?");
    }

    private static TaskTypeDocument Document(TaskType type)
    {
        var specification = type.Specification;
        return new TaskTypeDocument(
            specification.Type, specification.Description, specification.Category, specification.Aliases, specification.Repeat,
            ValueSchemaJson.Of(specification.Input), ValueSchemaJson.Of(specification.Output), specification.MainOutput, specification.Example, specification.Credential);
    }
}
