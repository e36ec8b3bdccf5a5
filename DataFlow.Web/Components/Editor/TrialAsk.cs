using DataFlow.Engine;

namespace DataFlow.Web.Components.Editor;

/// <summary>What is asked for before a test.</summary>
/// <param name="What">What is tested, in a few words.</param>
/// <param name="Trial">The test with all that is known.</param>
/// <param name="Plan">What it needs.</param>
/// <param name="Refusal">What the engine had against the last try.</param>
public sealed record TrialAsk(string What, ExecutionTrial Trial, TrialPlan Plan, Refusal? Refusal = null);
