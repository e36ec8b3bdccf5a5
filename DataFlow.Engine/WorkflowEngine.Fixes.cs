using System.Collections.Immutable;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>Ways out of problems.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>The ways out of each problem that <see cref="Validate"/> found, in the order of the problems. Each has been tried: it removes its problem and makes no other.</summary>
    public ImmutableArray<ImmutableArray<ProblemFix>> FindFixes(ReadOnlyMemory<byte> definitionJson, ImmutableArray<Problem> problems) => new ProblemFixes(_compiler).For(definitionJson, problems);
}
