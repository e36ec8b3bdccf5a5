using System.Text.Json;
using System.Text.RegularExpressions;
using Scriban.Syntax;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>A string that is one expression: what it gives keeps its type.</summary>
internal sealed class ScriptValueNode(string pointer, Term term, int slots) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, ITemplateScope scope) => JsonBuffer.WriteRaw(writer, Render(scope));

    public override JsonElement Render(ITemplateScope scope) => ScriptRun.Of(pointer, scope, slots, evaluation =>
    {
        var value = term.Evaluate(evaluation);
        if (value is string text)
        {
            return Element(evaluation.ObjectToString(text));
        }

        return JsonBuffer.Build(writer => ScriptValues.Write(writer, value, evaluation));
    });

    private static JsonElement Element(string? text) => JsonBuffer.Build(writer => writer.WriteStringValue(text));
}

/// <summary>Text with statements or expressions that need the interpreter.</summary>
internal sealed class ScriptTextNode(string pointer, Statement body, int slots) : TemplateNode
{
    public override void Write(Utf8JsonWriter writer, ITemplateScope scope) => writer.WriteStringValue(Text(scope));

    public override JsonElement Render(ITemplateScope scope)
    {
        var text = Text(scope);
        return JsonBuffer.Build(writer => writer.WriteStringValue(text));
    }

    private string Text(ITemplateScope scope) => ScriptRun.Of(pointer, scope, slots, evaluation =>
    {
        body.Execute(evaluation);
        return evaluation.Text.ToString();
    });
}

/// <summary>Runs an evaluation inside its limits; every failure leaves as a <see cref="TemplateRenderException"/>.</summary>
internal static class ScriptRun
{
    public static T Of<T>(string pointer, ITemplateScope scope, int slots, Func<Evaluation, T> run)
    {
        for (var isLast = false; ; isLast = true)
        {
            using var timeUp = new CancellationTokenSource(TemplateLimits.Time);
            try
            {
                return run(new Evaluation(scope, slots, timeUp.Token));
            }
            catch (Exception exception) when (exception is not TemplateRenderException)
            {
                var (code, message) = Explain(exception);
                if (code is null && !isLast)
                {
                    continue;
                }

                throw new TemplateRenderException(new TemplateFault(pointer, code ?? "template_limit", message));
            }
        }
    }

    private static (string? Code, string Message) Explain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case EvaluationFailure failure:
                    return (failure.Code, failure.Message);
                case TextTooLong:
                    return ("template_output_limit", ((TextTooLong)cause).OriginalMessage);
                case EvaluationTimeout or ScriptAbortException or OperationCanceledException:
                    return (null, $"The template needs more than {TemplateLimits.Time.TotalMilliseconds:N0} ms.");
                case RegexMatchTimeoutException:
                    return ("template_limit", $"A regular expression needs more than {TemplateLimits.RegexTime.TotalMilliseconds:N0} ms.");
                case InsufficientExecutionStackException or OutOfMemoryException:
                    return ("template_limit", "The template needs too much memory.");
            }
        }

        var message = exception is ScriptRuntimeException runtime ? runtime.OriginalMessage : exception.Message;
        return IsLimit(message)
            ? ("template_limit", "The template asks for too many iterations or too large a value.")
            : ("template_error", WithoutValues(message));
    }

    // The library has no other way to tell; the policy tests hold these words to the version in use.
    private static bool IsLimit(string message) =>
        message.Contains("LimitToString", StringComparison.Ordinal)
        || message.Contains("LoopLimit", StringComparison.Ordinal)
        || message.Contains("iteration limit", StringComparison.Ordinal)
        || message.Contains("recursive depth", StringComparison.Ordinal)
        || message.Contains("maximum supported", StringComparison.Ordinal)
        || message.Contains("too deeply nested", StringComparison.Ordinal);

    // Messages of the library and of .NET quote the values they complain about, which may be secret.
    private static string WithoutValues(string message)
    {
        foreach (var quote in "`'\"")
        {
            var (first, last) = (message.IndexOf(quote, StringComparison.Ordinal), message.LastIndexOf(quote));
            if (last > first)
            {
                message = string.Concat(message.AsSpan(0, first + 1), "…", message.AsSpan(last));
            }
        }

        return message.ReplaceLineEndings(" ");
    }
}
