using System.Diagnostics.CodeAnalysis;

namespace DataFlow.Engine.TaskTypes;

/// <summary>Names a task type; the catalogue finds every class that has it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskTypeAttribute(string name, string description) : Attribute
{
    /// <summary>Canonical name, <c>Web.Download</c>.</summary>
    public string Name { get; } = name;

    /// <summary>One sentence.</summary>
    public string Description { get; } = description;

    /// <summary>How it may be repeated. Unsafe unless it says better.</summary>
    public TaskRepeat Repeat { get; init; } = TaskRepeat.Unsafe;

    /// <summary>Other spellings.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Name of the credential it cannot run without, or <c>null</c>.</summary>
    public string? Credential { get; init; }
}

/// <summary>A whole task entry that compiles by itself (literals only, or <c>{{input.x}}</c>).</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    /// <summary><c>{ "ref": …, "type": …, "input": … }</c></summary>
    public string Json { get; } = json;
}

/// <summary>An example value of a field, as text or as JSON for what is not a string.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ExampleAttribute(string value) : Attribute
{
    /// <summary>The value.</summary>
    public string Value { get; } = value;
}

/// <summary>The field takes <c>{{secrets.NAME}}</c> and is never shown.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SecretAttribute : Attribute;

/// <summary>The output field that matters most.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class MainAttribute : Attribute;
