using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataFlow.Tests.Support;

/// <summary>Workflows whose executions show what the monitoring pages have to tell.</summary>
internal static class MonitoringDefinitions
{
    public const string Import =
        """
        {"name":"Product import","labels":{"team":"catalogue","env":"production"},"input":[{"name":"site","type":"string"}],
         "tasks":[
          {"ref":"read_settings","type":"Echo","depends_on":[],"input":{"value":"{{input.site}}"}},
          {"ref":"download_images","type":"Http.Request","depends_on":["read_settings"],"input":{"url":"{{input.site}}images","timeout_seconds":300}},
          {"ref":"download_prices","type":"Http.Request","depends_on":["read_settings"],"input":{"url":"{{input.site}}prices","timeout_seconds":300}},
          {"ref":"translate","name":"Translate descriptions","type":"Http.Request","depends_on":["read_settings"],"input":{"url":"{{input.site}}texts","timeout_seconds":300}},
          {"ref":"merge","type":"Echo","depends_on":["download_images","download_prices","translate"],"input":{"value":"{{refs.download_prices.output.text}}"}},
          {"ref":"publish","type":"Http.Request","depends_on":["merge"],"input":{"url":"{{input.site}}shop","method":"POST"},"retry":{"attempts":3}}],
         "output":[{"name":"products","type":"any","value":"{{refs.merge.output.value}}"}]}
        """;

    public const string Retrying =
        """
        {"name":"Currency rates","input":[{"name":"site","type":"string"}],
         "tasks":[
          {"ref":"fetch_rates","type":"Http.Request","input":{"url":"{{input.site}}busy"},"retry":{"attempts":4,"delay":5400,"jitter":0}},
          {"ref":"store_rates","type":"Echo","input":{"value":"{{refs.fetch_rates.output.text}}"}}],
         "output":[]}
        """;

    public const string OneAtATime =
        """
        {"name":"Ledger close","concurrency":{"limit":1},"input":[],
         "tasks":[{"ref":"lock_ledger","type":"Echo","input":{"value":1}},{"ref":"wait_for_banks","type":"Flow.Wait","input":{"seconds":86400}},{"ref":"close","type":"Echo","input":{"value":2}}],
         "output":[]}
        """;

    /// <summary>A condition that is false, a failure gone on from, a fallback, and attempts that failed first.</summary>
    public const string Branching =
        """
        {"name":"Order intake","input":[{"name":"site","type":"string"},{"name":"express","type":"boolean","default":false}],
         "tasks":[
          {"ref":"fetch_order","type":"Http.Request","input":{"url":"{{input.site}}flaky"},"retry":{"attempts":3,"delay":0.2,"jitter":0}},
          {"ref":"check_stock","type":"Http.Request","depends_on":["fetch_order"],"input":{"url":"{{input.site}}busy"},"on_error":"continue"},
          {"ref":"risk_score","type":"Http.Request","depends_on":["fetch_order"],"input":{"url":"{{input.site}}busy"},"on_error":{"task":{"type":"Http.Request","input":{"url":"{{input.site}}hook"}}}},
          {"ref":"express_surcharge","type":"Echo","depends_on":["fetch_order"],"when":"{{ input.express }}","input":{"value":"12.50"}},
          {"ref":"settle","type":"Flow.Wait","depends_on":["check_stock"],"input":{"seconds":1}},
          {"ref":"decide","name":"Accept or refuse the order","type":"Echo","depends_on":["express_surcharge","risk_score","settle"],"input":{"value":{"order":"4711","accepted":true,"score":0.93}}},
          {"ref":"archive","type":"Echo","depends_on":["decide"],"input":{"value":"{{refs.decide.output.value}}"}}],
         "output":[{"name":"decision","type":"any","value":"{{refs.archive.output.value}}"}]}
        """;

    public const string Large =
        """
        {"name":"Catalogue page","input":[{"name":"site","type":"string"}],
         "tasks":[{"ref":"download","type":"Web.Download","input":{"url":"{{input.site}}catalogue"}},
                  {"ref":"extract","type":"Web.ExtractText","input":{"html_content":"{{refs.download.output.html_content}}"}}],
         "output":[{"name":"text","type":"string","value":"{{refs.extract.output.text}}"}]}
        """;

    public const string Failing =
        """
        {"name":"NAME","input":[{"name":"site","type":"string"}],"tasks":[{"ref":"say","type":"Echo","input":{"value":1}},{"ref":"send","type":"Http.Request","input":{"url":"{{input.site}}busy"}}],"output":[]}
        """;

    public const string Nothing = """{"name":"Heartbeat","input":[],"tasks":[{"ref":"beat","type":"Echo","input":{"value":1}}],"output":[]}""";

    /// <summary>Everything as long as it may be.</summary>
    public static string Long()
    {
        var first = new string('a', 24) + "_reference_that_is_as_long_as_it_may_be";
        var tasks = new JsonArray();
        foreach (var name in (string[])[first, "zusammenfassung_der_quartalsergebnisse_für_die_geschäftsführung"[..40].Replace("ü", "ue", StringComparison.Ordinal), "short"])
            tasks.Add(new JsonObject { ["ref"] = name, ["type"] = "Echo", ["input"] = new JsonObject { ["value"] = "{{input.address}}" } });
        tasks.Add(JsonNode.Parse($$"""{"ref":"refuse","type":"Flow.Fail","input":{"code":"a_code_that_is_longer_than_codes_have_any_reason_to_be","message":"{{new string('x', 120)}} could not be read, because {{string.Concat(Enumerable.Repeat("it was refused by a machine between here and there, ", 6))}}and nobody knows why."} }"""));
        return new JsonObject
        {
            ["name"] = "Quarterly consolidation of all regional subsidiaries, including the ones that report late, with currency conversion and an audit trail for the supervisory board",
            ["labels"] = new JsonObject { ["department"] = "finance-and-controlling-emea", ["cost-centre"] = "4711-0815-2342-9999-and-some-more" },
            ["input"] = new JsonArray(new JsonObject { ["name"] = "address", ["type"] = "string", ["default"] = "https://files.example.com/" + string.Concat(Enumerable.Repeat("a-long-folder-name/", 9)) + "figures.csv" }),
            ["tasks"] = tasks,
            ["output"] = new JsonArray(),
        }.ToJsonString();
    }

    /// <summary>Three hundred tasks in layers of ten.</summary>
    public static string Wide()
    {
        var tasks = new JsonArray();
        for (var i = 0; i < 300; i++)
        {
            var before = new JsonArray();
            if (i >= 10) before.Add($"task_{i - 10:000}");
            if (i >= 10 && i % 10 == 0) before.Add($"task_{i - 1:000}");
            tasks.Add(new JsonObject { ["ref"] = $"task_{i:000}", ["type"] = i % 3 == 0 ? "Text.Reverse" : "Text.Size", ["depends_on"] = before, ["input"] = new JsonObject { ["text"] = "something" } });
        }
        return new JsonObject { ["name"] = "Three hundred tasks", ["input"] = new JsonArray(), ["tasks"] = tasks, ["output"] = new JsonArray() }.ToJsonString();
    }

    public static string Site(TestSite site, string more = "") => $$"""{"input":{"site":{{JsonSerializer.Serialize(site.Url.AbsoluteUri)}}{{more}}} }""";
}
