using System.Collections.Immutable;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Workflows;

/// <summary>A place of the text that is underlined.</summary>
public sealed record DefinitionMark(TextRange Range, string Message, ImmutableArray<ProblemFix> Fixes);

/// <summary>What can stand between braces: columns of the line from 1, and what each choice puts there.</summary>
public sealed record DefinitionCompletion(int Start, int End, ImmutableArray<DefinitionChoice> Options);

/// <summary>One choice.</summary>
/// <param name="Text">As it is shown.</param>
/// <param name="Insert">What is put in, as JSON text holds it.</param>
/// <param name="Type">What it gives.</param>
/// <param name="Detail">More about it; empty: nothing.</param>
/// <param name="IsFunction">Whether it is a function, not a value.</param>
public sealed record DefinitionChoice(string Text, string Insert, string Type, string Detail, bool IsFunction);
