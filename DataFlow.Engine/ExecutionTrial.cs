using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>A definition, or a part of one, to be run without being saved. Nothing of it is kept, listed or sent anywhere; what its tasks do outside they do.</summary>
public sealed record ExecutionTrial
{
    /// <summary>The definition. What is wrong with it outside the part does not matter.</summary>
    public required JsonElement Definition { get; init; }

    /// <summary>The <c>input</c> object; <c>null</c>: absent. Members that the definition does not declare are refused.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Ref of a task: it runs, and before it every task that it needs. No outputs of the workflow are made.</summary>
    public string? UpTo { get; init; }

    /// <summary>Ref of a task that runs alone, whatever its <c>when</c> says. What it names of others is in <see cref="Outputs"/>, or null.</summary>
    public string? Only { get; init; }

    /// <summary>Outputs by ref; these tasks do not run, but for the one that is asked for. What is not needed is not looked at.</summary>
    public ImmutableDictionary<string, JsonElement> Outputs { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>As in <see cref="ExecuteRequest.Credentials"/>.</summary>
    public ImmutableDictionary<string, string> Credentials { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What <c>{{ workflow.id }}</c> gives.</summary>
    public string WorkflowId { get; init; } = "wf-unsaved";
}

/// <summary>What a trial would do, and what it needs for that.</summary>
/// <param name="Runs">Refs of the tasks that run, in definition order.</param>
/// <param name="Inputs">The inputs that are named.</param>
/// <param name="Outputs">Tasks that do not run and whose output is named.</param>
/// <param name="MissingCredentials">Names of the credentials that must be given.</param>
public sealed record TrialPlan(
    ImmutableArray<string> Runs, ImmutableArray<InputDefinition> Inputs, ImmutableArray<TrialOutput> Outputs, ImmutableArray<string> MissingCredentials);

/// <summary>An output that a trial takes as given.</summary>
/// <param name="Ref">Whose.</param>
/// <param name="IsGiven">Whether it is in <see cref="ExecutionTrial.Outputs"/>; without it what is named of it is null.</param>
/// <param name="Named">What is named of it: member names on the way, down to the first index.</param>
public sealed record TrialOutput(string Ref, bool IsGiven, ImmutableArray<ImmutableArray<string>> Named);
