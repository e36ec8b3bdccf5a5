using System.Text.RegularExpressions;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Hosting;

/// <summary>Tells mistakes of configuration, which get one line, from bugs, which get their stack trace.</summary>
internal static partial class StartupFailure
{
    /// <summary>Exit code of a wrong configuration (EX_CONFIG of sysexits).</summary>
    public const int ExitCode = 78;

    /// <summary>The line for whoever started the server; <c>null</c>: a bug.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        ConfigurationRefusedException refused => refused.Message,
        DataDirectoryInUseException used => $"{EngineOptions.Section}:{nameof(EngineOptions.DataDirectory)}: {used.Message}",
        StartupException stopped => OneLine(stopped.Message),
        OptionsValidationException invalid => string.Join(" ", invalid.Failures.Select(failure => WithKey(invalid.OptionsType, failure))),
        // The binder names the key and the value it could not convert.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binding => binding.Message,
        FormatException { Source: "Microsoft.Extensions.Configuration.Json" or "Microsoft.Extensions.Configuration" } file => OneLine(file.Message),
        InvalidDataException { InnerException: FormatException } file => OneLine($"{file.Message} {file.InnerException!.Message}"),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } used => $"{OneLine(used.Message)} Choose another with ASPNETCORE_URLS.",
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };

    // Written by data annotations: "DataAnnotation validation failed for 'EngineOptions' members: 'StopSeconds' with the error: 'The field …'."
    private static string WithKey(Type options, string failure)
    {
        var section = options.GetField("Section")?.GetRawConstantValue() as string;
        return Annotation().Match(failure) is { Success: true } match && section is not null ? $"{section}:{match.Groups[1].Value}: {match.Groups[2].Value}" : failure;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    [GeneratedRegex("DataAnnotation validation failed for '.+' members: '(.+?)' with the error: '(.+)'\\.$")]
    private static partial Regex Annotation();
}
