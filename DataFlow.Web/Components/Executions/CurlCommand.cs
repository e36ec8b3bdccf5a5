using System.Text.Json;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>The call that would start the same execution, to paste into a POSIX shell.</summary>
internal static class CurlCommand
{
    public static string Execute(string baseAddress, string workflowId, JsonElement input, string? webhookUrl)
    {
        var body = webhookUrl is null
            ? $$"""{"input":{{JsonText.Compact(input)}}}"""
            : $$"""{"input":{{JsonText.Compact(input)}},"webhook_url":{{JsonSerializer.Serialize(webhookUrl)}}}""";
        return $"curl -X POST {Quote($"{baseAddress.TrimEnd('/')}/workflows/{workflowId}/execute")} -H 'Content-Type: application/json' -d {Quote(body)}";
    }

    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
