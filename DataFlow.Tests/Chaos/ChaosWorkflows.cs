using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>Workflows that between them use whatever a crash can catch an execution in: work inside, work outside, retries, waits, joins, fallbacks, large values.</summary>
internal static class ChaosWorkflows
{
    /// <summary>Above what the store keeps in place: stored once and referred to.</summary>
    private const int LargeText = 6_000;

    public static IReadOnlyList<string> All(EffectSink sink) => [Pure, Effect(sink), Flaky(sink), Parallel(sink), Wait(sink), Fallback(sink)];

    /// <summary>No effect outside, large values.</summary>
    public static string Pure => PureText.Replace("TEXT", new string('x', LargeText), StringComparison.Ordinal);

    /// <summary>Two tasks that take no time.</summary>
    public const string Small = """{"name":"Small","tasks":[{"ref":"say","type":"Echo","input":{"value":1}},{"ref":"again","type":"Echo","input":{"value":"{{refs.say.output.value}}"}}]}""";

    public static string Effect(EffectSink sink) => At(EffectText, sink);

    /// <summary>Its effect fails at the first try, whatever becomes of the process.</summary>
    public static string Flaky(EffectSink sink) => At(FlakyText, sink);

    public static string Parallel(EffectSink sink) => At(ParallelText, sink);

    public static string Wait(EffectSink sink) => At(WaitText, sink);

    /// <summary>Its effect never succeeds; another task stands in.</summary>
    public static string Fallback(EffectSink sink) => At(FallbackText, sink);

    /// <summary>An effect at a path of the test's choice, then something after it.</summary>
    public static string EffectAt(string path, EffectSink sink) => At(EffectText.Replace("/effects", path, StringComparison.Ordinal), sink);

    private const string PureText =
        """
        {"name":"Pure","tasks":[
          {"ref":"text","type":"Text.Static","input":{"text":"TEXT"}},
          {"ref":"back","type":"Text.Reverse","input":{"text":"{{refs.text.output.text}}"}},
          {"ref":"again","type":"Text.Reverse","input":{"text":"{{refs.back.output.text}}!"}}],
         "output":[{"name":"text","type":"string","value":"{{refs.again.output.text}}"}]}
        """;

    private const string EffectText =
        """
        {"name":"Effect","tasks":[
          {"ref":"effect","type":"Http.Request","input":{"url":"SINK/effects","method":"POST","body":{"from":"{{execution.id}}"}}},
          {"ref":"after","type":"Echo","input":{"value":"{{refs.effect.output.status_code}}"}}],
         "output":[{"name":"status","type":"any","value":"{{refs.after.output.value}}"}]}
        """;

    private const string FlakyText =
        """
        {"name":"Flaky","tasks":[
          {"ref":"flaky","type":"Http.Request","input":{"url":"SINK/flaky","method":"POST"},"retry":{"attempts":4,"delay":0.1}}]}
        """;

    private const string ParallelText =
        """
        {"name":"Parallel","tasks":[
          {"ref":"first","type":"Echo","input":{"value":1}},
          {"ref":"left","type":"Http.Request","input":{"url":"SINK/effects","method":"POST"},"depends_on":["first"]},
          {"ref":"right","type":"Http.Request","input":{"url":"SINK/effects","method":"POST"},"depends_on":["first"]},
          {"ref":"join","type":"Echo","input":{"value":["{{refs.left.output.status_code}}","{{refs.right.output.status_code}}"]},"depends_on":["left","right"]}]}
        """;

    private const string WaitText =
        """
        {"name":"Wait","tasks":[
          {"ref":"before","type":"Http.Request","input":{"url":"SINK/effects","method":"POST"}},
          {"ref":"wait","type":"Flow.Wait","input":{"seconds":1}},
          {"ref":"after","type":"Http.Request","input":{"url":"SINK/effects","method":"POST"}}]}
        """;

    private const string FallbackText =
        """
        {"name":"Fallback","tasks":[
          {"ref":"broken","type":"Http.Request","input":{"url":"SINK/broken","method":"POST"},"on_error":{"task":{"type":"Echo","input":{"value":"instead"}}}},
          {"ref":"after","type":"Echo","input":{"value":"{{refs.broken.output}}"}}]}
        """;

    private static string At(string text, EffectSink sink) => text.Replace("SINK", sink.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
}
