using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>What expressions can see when they are rendered.</summary>
public interface ITemplateScope
{
    /// <summary>What <c>date.now</c> gives, in UTC.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The value a root stands for: an input by name, the output of a task by ref, the current item … False when there is none.</summary>
    bool TryGet(ReferenceRoot root, string name, out JsonElement value);
}

/// <summary>A template could not be parsed or rendered.</summary>
/// <param name="Pointer">JSON Pointer inside the value the template was made from: empty, or <c>/headers/Accept</c>.</param>
/// <param name="Code">
/// <c>template_syntax</c>, <c>template_forbidden</c>, <c>template_too_large</c>, <c>template_too_deep</c>, <c>unknown_root</c>, <c>unknown_function</c>;
/// at run time <c>null_reference</c>, <c>template_limit</c>, <c>template_output_limit</c>, <c>template_error</c>.
/// </param>
/// <param name="Message">For a person. Never contains a value.</param>
public sealed record TemplateFault(string Pointer, string Code, string Message);

/// <summary>Rendering failed.</summary>
public sealed class TemplateRenderException(TemplateFault fault) : Exception(fault.Message)
{
    /// <summary>Where and why.</summary>
    public TemplateFault Fault { get; } = fault;
}
