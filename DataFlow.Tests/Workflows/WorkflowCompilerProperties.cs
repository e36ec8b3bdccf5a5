using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.TaskTypes;

namespace DataFlow.Tests.Workflows;

/// <summary>What holds for every document, random or a good one spoilt.</summary>
public sealed class WorkflowCompilerProperties
{
    private static readonly WorkflowCompiler s_compiler = new(EngineCatalog.Catalog);

    // Small ones: a mutation of a document of a thousand tasks costs much and finds nothing more.
    private static readonly string[] s_good = [.. Corpus.Good.Where(given => given.Bytes.Length < 3_000 && given.DefinitionBase64 is null).Select(given => Encoding.UTF8.GetString(given.Bytes.Span))];

    [Fact]
    public void Random_bytes_give_problems_and_never_an_exception() =>
        Gen.Byte.Array[0, 200].Sample(bytes => Holds(bytes), iter: 5_000);

    [Fact]
    public void Good_definitions_with_bytes_changed_give_a_workflow_or_problems() =>
        Gen.Select(Gen.OneOf(s_good), Gen.Select(Gen.Int[0, 2_999], Gen.OneOf(Gen.Byte, Gen.OneOf("{}[]\",:\\0123456789.eE-"u8.ToArray()))).Array[1, 4]).Sample(given =>
        {
            var bytes = Encoding.UTF8.GetBytes(given.Item1);
            foreach (var (place, value) in given.Item2) bytes[place % bytes.Length] = value;
            Holds(bytes);
        }, iter: 5_000);

    [Fact]
    public void Good_definitions_with_values_changed_give_a_workflow_or_problems() =>
        Gen.Select(Gen.OneOf(s_good), Gen.Select(Gen.Int[0, 500], Gen.OneOf(s_values)).Array[1, 3]).Sample(given =>
        {
            var root = JsonNode.Parse(given.Item1)!;
            foreach (var (place, value) in given.Item2) Replace(root, place, value);
            Holds(Encoding.UTF8.GetBytes(root.ToJsonString(new JsonSerializerOptions { MaxDepth = 200 })));
        }, iter: 10_000);

    private static readonly string[] s_values =
    [
        "null", "0", "-1", "1e300", "true", "\"\"", "\"x\"", "\"{{ input.x }}\"", "\"{{ refs.a.output.text }}\"", "\"{{ refs.b }}\"", "\"{{\"", "\"}}{{ }}\"", "\"{{ secrets.A }} {{ item }}\"", "[]", "{}", "[[]]", "[null]",
        "{\"a\":\"{{ index }}\"}", "[\"a\",\"a\"]", "{\"value\":\"{{ refs.a.output }}\"}", "\"__proto__\"", "\"\\u202e\"", "{\"type\":\"string\",\"default\":5}",
    ];

    private static void Holds(byte[] json)
    {
        var compilation = s_compiler.Compile(json);

        Assert.True(compilation.Workflow is null == compilation.Problems.Length > 0);
        Assert.True(compilation.Problems.Length <= Problem.Most);
        Assert.Equal(compilation.Problems.Length, compilation.Problems.Distinct().Count());
        if (JsonReading.Read(json).Value is { } document)
            Assert.All(compilation.Problems, problem => Assert.True(LeadsIntoOrBeside(document, problem), $"{problem} in {document}"));
    }

    /// <summary>A pointer leads to something in the document; for <c>required</c> to the place of what is missing.</summary>
    private static bool LeadsIntoOrBeside(JsonElement document, Problem problem)
    {
        var segments = JsonPointer.Segments(problem.Pointer);
        for (var i = 0; i < segments.Length; i++)
        {
            var value = document;
            var found = value.ValueKind switch
            {
                JsonValueKind.Object => value.TryGetProperty(segments[i], out document),
                JsonValueKind.Array => int.TryParse(segments[i], out var index) && index < value.GetArrayLength() && (document = value[index]) is var _,
                _ => false,
            };

            // A whole "input" may be missing above the field that is.
            if (!found) return problem.Code == ProblemCodes.Required && value.ValueKind == JsonValueKind.Object && segments.Length - i <= 2;
        }

        return true;
    }

    private static void Replace(JsonNode root, int place, string value)
    {
        var all = new List<JsonNode>();
        Collect(root, all);
        if (all.Count == 0) return;
        var chosen = all[place % all.Count];
        if (chosen.Parent is null) return;
        chosen.ReplaceWith(JsonNode.Parse(value));
    }

    private static void Collect(JsonNode node, List<JsonNode> all)
    {
        foreach (var child in node switch { JsonObject members => members.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            if (child is null) continue;
            all.Add(child);
            Collect(child, all);
        }
    }
}
