namespace DataFlow.Engine.Workflows;

/// <summary>What is wrong with what the user sent.</summary>
/// <param name="Pointer">URI-fragment JSON Pointer to it, <c>#/tasks/1/ref</c>.</param>
/// <param name="Code">A stable snake_case word, <c>unknown_ref</c>.</param>
/// <param name="Detail">For a person; ends with "Did you mean 'x'?" where there is a near match.</param>
/// <param name="Suggestion">The near match itself, for quick fixes.</param>
public sealed record Problem(string Pointer, string Code, string Detail, string? Suggestion = null)
{
    /// <summary>No reply lists more than this many.</summary>
    public const int Most = 100;
}
