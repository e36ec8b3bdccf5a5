using System.Collections.Immutable;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>The ways out of the problems that are shown.</summary>
public sealed class EditorFixes
{
    private readonly Dictionary<Problem, ImmutableArray<ProblemFix>> fixes = [];

    /// <param name="problems">The problems.</param>
    /// <param name="found">The ways out of each, in their order.</param>
    public EditorFixes(ImmutableArray<Problem> problems, ImmutableArray<ImmutableArray<ProblemFix>> found)
    {
        foreach (var (problem, each) in problems.Zip(found)) fixes.TryAdd(problem, each);
    }

    public static EditorFixes None { get; } = new([], []);

    public ImmutableArray<ProblemFix> Of(Problem problem) => fixes.GetValueOrDefault(problem, []);

    /// <summary>A way out as a step of work, undone as one.</summary>
    public static DefinitionEdit EditOf(ProblemFix fix) => new(fix.Label, document => document.With(fix.ApplyTo));
}
