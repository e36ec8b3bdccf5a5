using DataFlow.Engine;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Hosting;

/// <summary>Tells mistakes of configuration, which get one line, from bugs, which get their stack trace.</summary>
internal static class StartupFailure
{
    /// <summary>Exit code of a wrong configuration (EX_CONFIG of sysexits).</summary>
    public const int ExitCode = 78;

    /// <summary>The line for whoever started the server; <c>null</c>: a bug.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        ConfigurationRefusedException refused => refused.Message,
        DataDirectoryInUseException used => $"{EngineOptions.Section}:{nameof(EngineOptions.DataDirectory)}: {used.Message}",
        StartupException stopped => OneLine(stopped.Message),
        OptionsValidationException invalid => string.Join(" ", invalid.Failures.Select(failure => WithKey(invalid, failure))),
        // The binder names the key and the value it could not convert.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binding => binding.Message,
        FormatException { Source: "Microsoft.Extensions.Configuration.Json" or "Microsoft.Extensions.Configuration" } file => OneLine(file.Message),
        InvalidDataException { InnerException: FormatException } file => OneLine($"{file.Message} {file.InnerException!.Message}"),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } used => $"{OneLine(used.Message)} Choose another with ASPNETCORE_URLS.",
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };

    private static string WithKey(OptionsValidationException invalid, string failure) =>
        invalid.OptionsType == typeof(EngineOptions) && !failure.Contains(EngineOptions.Section + ":", StringComparison.Ordinal) ? $"{EngineOptions.Section}: {failure}" : failure;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
