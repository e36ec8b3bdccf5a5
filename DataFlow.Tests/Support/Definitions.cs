namespace DataFlow.Tests.Support;

/// <summary>Small valid definitions.</summary>
internal static class Definitions
{
    /// <summary>Takes <c>text</c>, gives it backwards as <c>reversed</c>. No network, no wait.</summary>
    public const string Reverse =
        """
        {"name":"Reverse","input":[{"name":"text","type":"string"}],
         "tasks":[{"ref":"reverse","type":"Text.Reverse","input":{"text":"{{input.text}}"}}],
         "output":[{"name":"reversed","type":"string","value":"{{refs.reverse.output.text}}"}]}
        """;

    /// <summary>Takes nothing, ends at once.</summary>
    public const string Nothing = """{"name":"Nothing","tasks":[{"ref":"say","type":"Echo","input":{"value":1}}]}""";

    /// <summary>Takes nothing, waits an hour in its second task.</summary>
    public const string Slow =
        """{"name":"Slow","tasks":[{"ref":"say","type":"Echo","input":{"value":1}},{"ref":"wait","type":"Flow.Wait","input":{"seconds":3600}},{"ref":"end","type":"Echo","input":{"value":2}}]}""";
}
