using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataFlow.Engine.Workflows;

/// <summary>Values outside what their place allows: too small, too long, of another spelling, none of those that may stand there.</summary>
internal sealed partial class ProblemFixCandidates
{
    /// <summary>Of more choices than these none is likelier than another.</summary>
    private const int FewChoices = 3;

    /// <summary>The member or entry goes: what is required comes back as a problem, so only what may be absent is ever offered.</summary>
    private static ProblemFix Without(Problem problem, ImmutableArray<string> path) => path[^1].All(char.IsAsciiDigit) ? RemoveEntry(problem.Pointer) : Remove(problem.Pointer, path[^1]);

    private IEnumerable<ProblemFix> Allowed(Problem problem, ImmutableArray<string> path)
    {
        if (problem.Suggestion is { } meant) return [Write(problem.Pointer, meant)];
        ImmutableArray<JsonElement> choices = path switch
        {
            ["concurrency", "when_full"] => [Element("queue"), Element("reject")],
            ["tasks", _, "on_error"] => [Element("continue"), Element("fail")],
            ["input", .., "default"] => NodeAt([.. path[..^1], "enum"]) is JsonArray declared ? [.. declared.Select(Element)] : [],
            _ => SchemaAt(path)?.Choices ?? [],
        };
        return choices.Length > FewChoices ? [] : choices.Select(choice => choice.ValueKind == JsonValueKind.String ? Write(problem.Pointer, choice.GetString()!) : Write(problem.Pointer, choice));
    }

    private IEnumerable<ProblemFix> Nearest(Problem problem, ImmutableArray<string> path)
    {
        // The smallest timeout there is would be no way out of a timeout of zero, which means none.
        if (NodeAt(path) is not JsonValue value || value.GetValueKind() != JsonValueKind.Number) yield break;
        var (least, most) = RangeAt(path);
        var number = Element(value).GetDouble();
        if (number < least && path[^1] != "timeout") yield return Write(problem.Pointer, Element(least));
        if (number > most) yield return Write(problem.Pointer, Element(most));
    }

    private (double? Least, double? Most) RangeAt(ImmutableArray<string> path) => path switch
    {
        ["timeout"] => (WorkflowLimits.SmallestTimeoutSeconds, WorkflowLimits.ExecutionTimeoutSeconds),
        ["concurrency", "limit"] => (1, WorkflowLimits.Concurrency),
        ["tasks", _, "timeout"] => (WorkflowLimits.SmallestTimeoutSeconds, WorkflowLimits.TaskTimeoutSeconds),
        ["tasks", _, "retry", "attempts"] => (0, WorkflowLimits.RetryAttempts),
        ["tasks", _, "retry", "delay" or "max_delay"] => (0, WorkflowLimits.RetryDelaySeconds),
        ["tasks", _, "retry", "multiplier"] => (1, 10),
        ["tasks", _, "retry", "jitter"] => (0, 1),
        ["input", .., "default"] => (NumberAt([.. path[..^1], "minimum"]), NumberAt([.. path[..^1], "maximum"])),
        ["input", .., "enum", _] => (NumberAt([.. path[..^2], "minimum"]), NumberAt([.. path[..^2], "maximum"])),
        _ => (SchemaAt(path)?.Minimum, SchemaAt(path)?.Maximum),
    };

    private double? NumberAt(ImmutableArray<string> path) => NodeAt(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? Element(value).GetDouble() : null;

    private IEnumerable<ProblemFix> Shortened(Problem problem, ImmutableArray<string> path)
    {
        int? most = path switch
        {
            ["name"] or ["tasks", _, "name"] => WorkflowLimits.NameLength,
            ["description"] or ["tasks", _, "description"] or ["input" or "output", _, "description"] => WorkflowLimits.DescriptionLength,
            ["labels", _] => WorkflowLimits.LabelValueLength,
            _ => SchemaAt(path)?.MaxLength,
        };
        if (TextAt(path) is { } text)
        {
            if (text.Trim() is { Length: > 0 } trimmed && trimmed.Length < text.Length) yield return Write(problem.Pointer, trimmed);
            if (most is > 0 and var room && Wording.Characters(text) > room) yield return Write(problem.Pointer, string.Concat(text.EnumerateRunes().Take(room)), $"Shorten to {room:N0} characters");
            if (path is ["name"] && string.IsNullOrWhiteSpace(text)) yield return Write(problem.Pointer, "Untitled workflow");
        }
        else if (NodeAt(path) is JsonArray items && most is > 0 and var count && items.Count > count)
        {
            yield return new ProblemFix($"Keep the first {count:N0}", [new JsonEdit(JsonEditKind.Set, problem.Pointer, Element(new JsonArray([.. items.Take(count).Select(item => item?.DeepClone())])))]);
        }
    }

    /// <summary>What people spell otherwise than a pattern wants it: capitals, blanks.</summary>
    private IEnumerable<ProblemFix> Respelt(Problem problem, ImmutableArray<string> path)
    {
        if (TextAt(path) is not { } text) return [];
        var trimmed = text.Trim();
        string[] bases = [trimmed, trimmed.Replace(" ", "", StringComparison.Ordinal), trimmed.Replace(' ', '-'), trimmed.Replace(' ', '_')];
        return bases.SelectMany(each => new[] { each, each.ToUpperInvariant(), each.ToLowerInvariant() })
            .Where(each => each.Length > 0 && each != text).Distinct().Select(each => Write(problem.Pointer, each));
    }

    private IEnumerable<ProblemFix> Formatted(Problem problem, ImmutableArray<string> path)
    {
        if (TextAt(path) is not { } text) yield break;
        if (Clean(text) is var clean && clean != text) yield return Write(problem.Pointer, clean, "Remove the characters that cannot stand here");
        var format = SchemaAt(path)?.Format;
        if (format == "uri" && !clean.Contains("://", StringComparison.Ordinal)) yield return Write(problem.Pointer, $"https://{clean.TrimStart('/')}");
        if (format == "date-time") foreach (var moment in new[] { $"{clean.Replace(' ', 'T')}Z", $"{clean}T00:00:00Z" }) yield return Write(problem.Pointer, moment);
    }
}
