using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Components.Executions;

/// <summary>Where a replay begins.</summary>
internal enum ReplayStart { Failed, Task, All }

/// <summary>What the replay dialog was told, and the request it makes.</summary>
internal sealed record ReplayChoice(ReplayStart Start, string? FromRef, bool LatestVersion, string? InputText)
{
    /// <summary>The request, or what is wrong with the edited input.</summary>
    public (ReplayRequest? Request, string? Wrong) ToRequest(Execution execution)
    {
        JsonElement? input = null;
        if (InputText is not null)
        {
            try
            {
                input = JsonElement.Parse(InputText, EngineJson.DocumentOptions);
            }
            catch (JsonException exception)
            {
                return (null, $"The input is not JSON yet (line {exception.LineNumber + 1}).");
            }
            if (input.Value.ValueKind != JsonValueKind.Object) return (null, "The input must be an object, such as {\"a\": 1}.");
        }
        return Start switch
        {
            ReplayStart.Task when FromRef is null => (null, "Choose the task to begin from."),
            ReplayStart.Task => (new ReplayRequest(execution.Id, FromRef, LatestVersion, input), null),
            // Giving an input runs everything again, be it the same one.
            ReplayStart.All => (new ReplayRequest(execution.Id, null, LatestVersion, input ?? execution.Input), null),
            _ => (new ReplayRequest(execution.Id, execution.Failure?.Ref, LatestVersion, input), null),
        };
    }
}
