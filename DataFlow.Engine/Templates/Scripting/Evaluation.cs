using System.Diagnostics;
using System.Text;
using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>
/// One evaluation of one template: its variables, its output and what it has used up. Never reused.
/// </summary>
/// <remarks>
/// The library's context is here for its operators and functions, which take their limits from it. Statements and expressions are run by this
/// room's own <see cref="Term"/>s, so that every step is counted and nothing but JSON values can be reached.
/// </remarks>
internal sealed class Evaluation : TemplateContext
{
    private static readonly ScriptObject NoBuiltins = new() { IsReadOnly = true };

    private readonly long began = Stopwatch.GetTimestamp();
    private readonly long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
    private int loopDepth;
    private int loopSteps;
    private int valuesRead;

    public Evaluation(ITemplateScope scope, int slots, CancellationToken cancellationToken)
        : base(NoBuiltins)
    {
        Scope = scope;
        Slots = new object?[slots];
        Array.Fill(Slots, Unassigned);
        CancellationToken = cancellationToken;
        LoopLimit = TemplateLimits.LoopSteps;
        RecursiveLimit = TemplateLimits.Recursion;
        ObjectRecursionLimit = TemplateLimits.ObjectRecursion;
        LimitToString = TemplateLimits.OutputLength;
        OnStringLimit = ScriptLimitBehavior.Throw;
        OnOutputLimit = ScriptLimitBehavior.Throw;
        RegexTimeOut = TemplateLimits.RegexTime;
        StrictVariables = true;
        EnableRelaxedMemberAccess = false;
        EnableRelaxedIndexerAccess = false;
        AutoIndent = false;
        NewLine = "\n";
    }

    /// <summary>Stands in a variable that was declared and not yet given a value.</summary>
    public static object Unassigned { get; } = new();

    public ITemplateScope Scope { get; }

    public object?[] Slots { get; }

    public StringBuilder Text { get; private set; } = new();

    public LoopFlow Flow { get; set; }

    /// <summary>Arrays and objects read from references: values are never changed, so each is read once.</summary>
    public Dictionary<Term, object?> Read { get; } = [];

    /// <summary>Called at every step that does work.</summary>
    public void Step()
    {
        if (CancellationToken.IsCancellationRequested || Stopwatch.GetElapsedTime(began) > TemplateLimits.Time)
        {
            throw new EvaluationTimeout();
        }

        if (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore > TemplateLimits.AllocatedBytes)
        {
            throw new EvaluationFailure("template_limit", $"The template needs more than {TemplateLimits.AllocatedBytes / (1024 * 1024)} MB of memory.");
        }
    }

    public void EnterLoop() => loopDepth++;

    public void LeaveLoop()
    {
        if (--loopDepth == 0)
        {
            loopSteps = 0;
        }
    }

    public void LoopStep()
    {
        Step();
        if (++loopSteps > TemplateLimits.LoopSteps)
        {
            throw new EvaluationFailure("template_limit", $"A loop may run {TemplateLimits.LoopSteps:N0} times, with the loops inside it.");
        }
    }

    public void ValueRead()
    {
        if (++valuesRead > TemplateLimits.ValuesRead)
        {
            throw new EvaluationFailure("template_limit", $"The template reads more than {TemplateLimits.ValuesRead:N0} values.");
        }

        if ((valuesRead & 0xFFF) == 0)
        {
            Step();
        }
    }

    public void WriteText(string? text)
    {
        if (text is null)
        {
            return;
        }

        if (Text.Length + text.Length > TemplateLimits.OutputLength)
        {
            throw TooLong();
        }

        Text.Append(text);
    }

    /// <summary>Collects what <paramref name="body"/> writes instead of giving it out.</summary>
    public string Capture(Statement body)
    {
        var outer = Text;
        Text = new StringBuilder();
        try
        {
            body.Execute(this);
            return Text.ToString();
        }
        finally
        {
            Text = outer;
        }
    }

    /// <summary>The text of a value: what it looks like in JSON, without quotes around a string.</summary>
    public override string? ObjectToString(object? value, bool nested = false)
    {
        var text = ScriptValues.ToText(value, this);
        return (text?.Length ?? 0) > TemplateLimits.OutputLength ? throw TooLong() : text;
    }

    // No .NET object is ever looked into: what is no JSON value has no members.
    protected override IObjectAccessor? GetMemberAccessorImpl(object target) => target is IScriptObject ? base.GetMemberAccessorImpl(target) : null;

    private static TextTooLong TooLong() => new();
}

/// <summary>A text reached the limit. The library lets only its own kind of exception through unchanged.</summary>
internal sealed class TextTooLong() : ScriptRuntimeException(default, $"The text is longer than {TemplateLimits.OutputLength:N0} characters.");

/// <summary>How a loop's body ended.</summary>
internal enum LoopFlow
{
    Next,
    Continue,
    Break,
}

/// <summary>The time was up. Tried once more: the first evaluation in a process also pays for compiling it.</summary>
internal sealed class EvaluationTimeout() : Exception("The time is up.");
