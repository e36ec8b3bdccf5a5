using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.TaskTypes.OpenAI;

/// <summary>Settings of the OpenAI task types, section <c>OpenAI</c>. A wrong value stops the start.</summary>
public sealed class OpenAIOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "OpenAI";

    /// <summary>The public service.</summary>
    internal const string PublicUrl = "https://api.openai.com/v1";

    /// <summary>
    /// Any endpoint that speaks OpenAI's protocol, up to and with its <c>/v1</c>: <c>http://localhost:11434/v1</c> for a local Ollama. Default the public service.
    /// Its host and port are reachable for models even where egress denies them: whoever configures it has decided that.
    /// </summary>
    [Required]
    public string BaseUrl { get; set; } = PublicUrl;

    /// <summary>The key; <c>OPENAI_API_KEY</c> is taken when it is empty, and a key given with an execution before both. Default none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The model of tasks that name none. Default gpt-4o-mini: cheap, quick, and good at summaries.</summary>
    [Required]
    public string DefaultModel { get; set; } = "gpt-4o-mini";

    /// <summary>
    /// Roughly how many tokens of text go into one call; longer texts are summarised in parts. Default 10,000, which fits every current model with room
    /// for the answer; less for a local model with a small window (Ollama's default is 4,096, and it cuts in silence).
    /// </summary>
    [Range(200, 1_000_000)]
    public int MaxInputTokens { get; set; } = 10_000;
}

/// <summary>Refuses a base URL that can never work.</summary>
internal sealed class OpenAIOptionsValidator : IValidateOptions<OpenAIOptions>
{
    private readonly DataAnnotationValidateOptions<OpenAIOptions> ranges = new(null);

    public ValidateOptionsResult Validate(string? name, OpenAIOptions options)
    {
        List<string> failures = [];
        if (ranges.Validate(name, options) is { Failed: true, Failures: { } found }) failures.AddRange(found.Select(failure => $"{OpenAIOptions.Section}: {failure}"));
        if (!Egress.EgressUrl.TryParse(options.BaseUrl, out var url, out var refusal)) failures.Add($"{OpenAIOptions.Section}:BaseUrl: {refusal.Message}");
        else if (url.Query.Length > 0 || url.Fragment.Length > 0) failures.Add($"{OpenAIOptions.Section}:BaseUrl must end with its path, such as https://api.openai.com/v1, without ? or #.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
