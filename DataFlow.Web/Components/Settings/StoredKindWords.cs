namespace DataFlow.Web.Components.Settings;

/// <summary>What each kind of stored thing is, in words.</summary>
internal static class StoredKindWords
{
    public static (string Word, string About) Of(string kind) => kind switch
    {
        "executions" => ("Executions", "one row each, for lists"),
        "journal" => ("Journals", "every event of every execution"),
        "values" => ("Values", "large inputs and outputs, stored once and compressed"),
        "logs" => ("Logs", "lines that tasks wrote"),
        "deliveries" => ("Webhook deliveries", "messages with their attempts"),
        "labels" => ("Labels", "to find executions by"),
        "keys" => ("Idempotency keys", "remembered for a day"),
        "workflows" => ("Workflows", "every version of every definition; never removed"),
        "figures" => ("Figures", "what ended when, in sums of five minutes"),
        "other" => ("Indexes and room in pages", "what finds the rest"),
        _ => (kind, ""),
    };
}
