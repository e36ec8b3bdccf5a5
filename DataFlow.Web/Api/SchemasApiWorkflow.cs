using System.Text.Json.Nodes;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Api;

/// <summary>The JSON Schema of a definition. It refuses nothing that the engine's checker accepts; the checker knows more.</summary>
internal static class SchemasApiWorkflow
{
    private const string Identifier = "^[A-Za-z_][A-Za-z0-9_]{0,63}$";

    private static readonly string[] s_types = ["string", "text", "integer", "number", "boolean", "object", "array", "file", "any"];

    public static JsonObject Of(ITaskCatalog catalog)
    {
        var definitions = new JsonObject
        {
            ["expression"] = new JsonObject { ["type"] = "string", ["pattern"] = @"\{\{", ["description"] = "{{ … }}: an expression." },
            ["input"] = Input(),
            ["declared"] = Declared(),
            ["task"] = Task(catalog),
            ["output"] = Output(),
        };
        foreach (var type in catalog.All)
            definitions[$"{type.Specification.Type}.input"] = Field(ValueSchemaJson.Of(type.Specification.Input), orExpression: false);
        var workflow = Object("A workflow: what it takes, its tasks in order, what it gives.", ["name", "tasks"],
            ("name", Text("What people call it.", WorkflowLimits.NameLength)),
            ("description", Text("For people.", WorkflowLimits.DescriptionLength)),
            ("input", List("What must be given at execute.", Ref("input"), WorkflowLimits.Names)),
            ("tasks", List("One after the other, unless depends_on says otherwise.", Ref("task"), WorkflowLimits.Tasks, least: 1)),
            ("output", List("What an execution answers when it has completed.", Ref("output"), WorkflowLimits.Names)),
            ("timeout", Number("Longest time of a whole execution, seconds.", WorkflowLimits.SmallestTimeoutSeconds, WorkflowLimits.ExecutionTimeoutSeconds)),
            ("concurrency", Object("How many executions may run at once.", ["limit"],
                ("limit", Integer("Executions at once.", 1, WorkflowLimits.Concurrency)),
                ("when_full", Choice("The next one waits, or is refused.", "queue", "reject")))),
            ("labels", new JsonObject
            {
                ["type"] = "object", ["description"] = "Free labels, searchable.", ["maxProperties"] = WorkflowLimits.Labels,
                ["additionalProperties"] = Text(null, WorkflowLimits.LabelValueLength),
            }));
        workflow.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        workflow.Insert(1, "title", "Workflow definition");
        workflow["$defs"] = definitions;
        return workflow;
    }

    private static JsonObject Task(ITaskCatalog catalog)
    {
        var task = Object("One task.", ["ref", "type"],
            ("ref", new JsonObject { ["type"] = "string", ["pattern"] = Identifier, ["description"] = "What expressions call it: {{refs.THIS.output.…}}. Unique in the workflow." }),
            ("type", Type(catalog)),
            ("input", new JsonObject { ["type"] = "object", ["description"] = "Values and expressions." }),
            ("name", Text("A title for people.", WorkflowLimits.NameLength)),
            ("description", Text("For people.", WorkflowLimits.DescriptionLength)),
            ("depends_on", List("Tasks that must have ended before. Without it: the one before it in the list; empty: it starts at once.", new JsonObject { ["type"] = "string" }, WorkflowLimits.Tasks)),
            ("when", new JsonObject { ["$ref"] = "#/$defs/expression", ["description"] = "When it gives false the task is skipped." }),
            ("retry", Object("Repetition after failures that trying again can help.", ["attempts"],
                ("attempts", Integer("Retries after the first try.", 0, WorkflowLimits.RetryAttempts)),
                ("delay", Number("Seconds before the first retry.", 0, WorkflowLimits.RetryDelaySeconds)),
                ("multiplier", Number("Each further wait is this many times the one before.", 1, 10)),
                ("max_delay", Number("No wait is longer, seconds.", 0, WorkflowLimits.RetryDelaySeconds)),
                ("jitter", Number("The share of a wait that is random.", 0, 1)))),
            ("timeout", Number("Longest time of one attempt, seconds.", WorkflowLimits.SmallestTimeoutSeconds, WorkflowLimits.TaskTimeoutSeconds)),
            ("on_error", OnError(catalog)));
        task["allOf"] = Inputs(catalog);
        return task;
    }

    private static JsonObject OnError(ITaskCatalog catalog)
    {
        var fallback = Object("Runs once in its place.", ["type"], ("type", Type(catalog)), ("input", new JsonObject { ["type"] = "object" }));
        fallback["allOf"] = Inputs(catalog);
        return new JsonObject
        {
            ["description"] = "What happens when it has failed for good.",
            ["anyOf"] = new JsonArray(Choice("The execution fails, or goes on with null.", "fail", "continue"), Object("Goes on with a value.", ["value"], ("value", new JsonObject())), Object("Runs another task.", ["task"], ("task", fallback))),
        };
    }

    // Names are read without regard to case and underscores; what an editor offers is how they are written.
    private static JsonObject Type(ITaskCatalog catalog) => new()
    {
        ["description"] = "The kind of work.",
        ["anyOf"] = new JsonArray(
            new JsonObject { ["enum"] = new JsonArray([.. catalog.All.Select(type => JsonValue.Create(type.Specification.Type))]) },
            new JsonObject { ["type"] = "string" }),
    };

    private static JsonArray Inputs(ITaskCatalog catalog) => new([.. catalog.All.Select(type => type.Specification).Select(specification =>
    {
        var then = new JsonObject { ["properties"] = new JsonObject { ["input"] = Ref($"{specification.Type}.input") } };
        if (specification.Input.Properties?.Any(property => property.Required) is true) then["required"] = new JsonArray("input");
        return new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = specification.Type } }, ["required"] = new JsonArray("type") },
            ["then"] = then,
        };
    })]);

    private static JsonObject Field(System.Text.Json.JsonElement schema, bool orExpression) => Field(JsonNode.Parse(schema.GetRawText())!.AsObject(), orExpression);

    /// <summary>A field, and in it every field, may be an expression instead of a value.</summary>
    private static JsonObject Field(JsonObject schema, bool orExpression)
    {
        if (schema["properties"] is JsonObject properties)
            foreach (var (name, inner) in properties.ToArray()) properties[name] = Field((JsonObject)inner!.DeepClone(), orExpression: true);
        if (schema["items"] is JsonObject items) schema["items"] = Field((JsonObject)items.DeepClone(), orExpression: true);
        // A null default says no more than that it may be left out.
        if (schema["default"] is null) schema.Remove("default");
        if (!orExpression || !schema.ContainsKey("type") && !schema.ContainsKey("enum")) return schema;
        var either = new JsonObject();
        foreach (var note in (string[])["description", "default"])
            if (schema[note] is { } value)
            {
                either[note] = value.DeepClone();
                schema.Remove(note);
            }
        either["anyOf"] = new JsonArray(schema, Ref("expression"));
        return either;
    }

    private static JsonObject Input() => Object("A declared input.", ["name", "type"], [("name", Name()), .. Facets()]);

    private static JsonObject Declared() => Object("What a member or an item looks like.", ["type"], [.. Facets()]);

    private static IEnumerable<(string Name, JsonNode Schema)> Facets() =>
    [
        ("type", Choice("What its values are.", s_types)),
        ("description", Text("For people.", WorkflowLimits.DescriptionLength)),
        ("required", new JsonObject { ["type"] = "boolean", ["description"] = "true unless there is a default." }),
        ("default", new JsonObject { ["description"] = "Stands in when it is not given." }),
        ("enum", List("The only values allowed.", new JsonObject(), WorkflowLimits.Choices)),
        ("minimum", new JsonObject { ["type"] = "number", ["description"] = "Smallest number allowed." }),
        ("maximum", new JsonObject { ["type"] = "number", ["description"] = "Largest number allowed." }),
        ("pattern", Text("A regular expression that strings must match.", WorkflowLimits.PatternLength)),
        ("items", Ref("declared")),
        ("properties", new JsonObject { ["type"] = "object", ["description"] = "The members of an object.", ["additionalProperties"] = Ref("declared") }),
    ];

    private static JsonObject Output() => Object("A declared output.", ["name", "type", "value"],
        ("name", Name()), ("type", Choice("What it gives.", s_types)), ("value", new JsonObject { ["description"] = "A value with expressions: {{refs.some_task.output.some_field}}." }), ("description", Text("For people.", WorkflowLimits.DescriptionLength)));

    private static JsonObject Name() => new() { ["type"] = "string", ["pattern"] = Identifier, ["description"] = "What expressions and callers call it." };

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonObject Text(string? description, int longest)
    {
        var text = new JsonObject { ["type"] = "string", ["maxLength"] = longest };
        if (description is not null) text["description"] = description;
        return text;
    }

    private static JsonObject Number(string description, double least, double most) => new() { ["type"] = "number", ["minimum"] = least, ["maximum"] = most, ["description"] = description };

    private static JsonObject Integer(string description, int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most, ["description"] = description };

    private static JsonObject Choice(string description, params string[] words) => new() { ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]), ["description"] = description };

    private static JsonObject List(string description, JsonNode items, int most, int least = 0)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items, ["maxItems"] = most, ["description"] = description };
        if (least > 0) list["minItems"] = least;
        return list;
    }

    private static JsonObject Object(string description, string[] required, params (string Name, JsonNode Schema)[] members) => new()
    {
        ["type"] = "object",
        ["description"] = description,
        ["properties"] = new JsonObject(members.Select(member => new KeyValuePair<string, JsonNode?>(member.Name, member.Schema))),
        ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]),
        ["additionalProperties"] = false,
    };
}
