using System.Collections.Immutable;
using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Webhooks;

/// <summary>What can be wrong with a webhook somebody asks for.</summary>
internal static class WebhookChecks
{
    private const int LongestDescription = 200;

    public static IEnumerable<Problem> Url(string? url, IEgressClientFactory egress)
    {
        if (url is null)
            yield return new Problem("#/url", ProblemCodes.Required, "'url' is required: messages must go somewhere.");
        else if (egress.Check(url) is { } refusal)
            yield return new Problem("#/url", refusal.Code, refusal.Message);
    }

    public static IEnumerable<Problem> Events(ImmutableArray<string>? events)
    {
        if (events is not { } names)
            yield break;
        if (names.IsEmpty)
            yield return new Problem("#/events", ProblemCodes.MinItems, "Name at least one event, or leave 'events' out to get every change of an execution's status.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if (!WebhookEventTypes.All.Any(type => type.Name == names[i]))
                yield return Unknown(names[i], i);
            else if (!seen.Add(names[i]))
                yield return new Problem($"#/events/{i}", "duplicate", $"{names[i]} is named twice.");
        }
    }

    public static IEnumerable<Problem> Description(string? text)
    {
        if (text is null)
            yield break;
        if (Wording.Characters(text) is > LongestDescription and var length)
            yield return new Problem("#/description", ProblemCodes.Length, $"Expected at most {LongestDescription} characters, found {length}.");
        if (text.Any(char.IsControl))
            yield return new Problem("#/description", ProblemCodes.Format, "Control characters such as line breaks and tabs cannot stand here.");
    }

    private static Problem Unknown(string name, int index)
    {
        var known = WebhookEventTypes.All.Select(type => type.Name).ToArray();
        var meant = NearestName.Find(name, known);
        var detail = $"There is no event {Wording.Quote(name)}. Known: {string.Join(", ", known)}.";
        return new Problem($"#/events/{index}", "unknown_event", meant is null ? detail : $"{detail} Did you mean '{meant}'?", meant);
    }
}
