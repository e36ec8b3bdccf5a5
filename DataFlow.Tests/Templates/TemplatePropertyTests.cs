using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DataFlow.Engine;
using DataFlow.Engine.Templates;

namespace DataFlow.Tests.Templates;

public sealed class TemplatePropertyTests : TemplateTest
{
    private static readonly Gen<string> Word = Gen.OneOf(
        OneOf("a", "b", "x-y", "end", "for", "null", "size", "ü", "", "{{", "a.b", "Ärger \"x\""),
        Gen.String[Gen.Char['a', 'z'], 1, 5]);

    private static readonly Gen<JsonNode?> Value = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? Scalar()
        : Gen.Frequency(
            (3, Scalar()),
            (1, inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]))),
            (1, Gen.Select(Word, inner).Array[0, 4].Select(members => (JsonNode?)new JsonObject(
                members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone())))))));

    [Fact]
    public void Any_value_passes_through_a_reference_unchanged() => Value.Sample(value =>
    {
        var scope = ScopeOf(value);
        if (value is not null)
        {
            Assert.Equal(JsonSerializer.Serialize(value, EngineJson.Options), JsonSerializer.Serialize(Parsed("{{input.x}}").Render(scope), EngineJson.Options));
        }
    });

    [Fact]
    public void Any_value_passes_through_the_interpreter_unchanged() => Value.Sample(value =>
        Assert.True(JsonNode.DeepEquals(value, JsonNode.Parse(Rendered("{{ input.x ?? null ?? (1 == 2 ? 1 : null) }}", ScopeOf(value))))));

    [Fact]
    public void Both_ways_of_following_a_path_agree() => Gen.Select(Value, Gen.OneOf(Word.Select(word => (object)word), Gen.Int[-3, 3].Select(at => (object)at)).Array[0, 4]).Sample((value, path) =>
    {
        var reference = new StringBuilder("input.x");
        foreach (var step in path)
        {
            reference.Append(step is int at ? string.Create(CultureInfo.InvariantCulture, $"[{at}]") : $"['{step}']");
        }

        var scope = ScopeOf(value);
        Assert.Equal(Outcome($"{{{{{reference}}}}}", scope), Outcome($"{{{{ true ? {reference} : 0 }}}}", scope));
        Assert.Equal(Outcome($"<{{{{{reference}}}}}>", scope), Outcome($"<{{{{ true ? {reference} : 0 }}}}>", scope));
    });

    [Fact]
    public void Rendered_text_is_never_read_as_a_template() => Gen.String.Sample(text =>
    {
        var hostile = "{{ " + text + " }}{%{ input.y }%}{{ input.y }}";
        var scope = ScopeOf(JsonValue.Create(hostile));
        var wellFormed = JsonNode.Parse(JsonSerializer.Serialize(hostile, EngineJson.Options))!.GetValue<string>();

        Assert.Equal("a" + wellFormed, Parsed("a{{input.x}}").Render(scope).GetString());
        Assert.Equal("a" + wellFormed, Parsed("{{ 'a' + input.x }}").Render(scope).GetString());
    });

    [Fact]
    public void Parsing_never_throws_and_rendering_fails_only_as_promised() => Fragments().Sample(
        source =>
        {
            var parse = ValueTemplate.Parse(Text(source));
            Assert.True(parse.Template is null ^ parse.Faults.IsEmpty);
            try
            {
                parse.Template?.Render(ScopeOf(new JsonObject { ["a"] = 1, ["b"] = new JsonArray(1, 2), ["s"] = "text" }));
            }
            catch (TemplateRenderException failure)
            {
                Assert.NotEmpty(failure.Fault.Message);
            }
        },
        iter: 5_000);

    [Fact]
    public void A_constant_text_is_what_it_is() => Gen.String.Where(text => !text.Contains('{', StringComparison.Ordinal)).Sample(text =>
    {
        var source = Text(text);

        Assert.Equal(source.GetRawText(), ValueTemplate.Parse(source).Template!.Render(Given()).GetRawText());
    });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static Gen<JsonNode?> Scalar() => Gen.OneOf(
        Gen.Const((JsonNode?)null),
        Gen.Bool.Select(truth => (JsonNode?)truth),
        Gen.Int.Select(number => (JsonNode?)number),
        Gen.Long.Select(number => (JsonNode?)number),
        Gen.Decimal.Select(number => (JsonNode?)number),
        Gen.Double.Where(double.IsFinite).Select(number => (JsonNode?)number),
        OneOf("9007199254740993", "1.10", "123456789012345678901234567890").Select(text => JsonNode.Parse(text)),
        Word.Select(word => (JsonNode?)word));

    private static Gen<string> Fragments() => Gen.OneOf(
        OneOf(
            "{{", "}}", "{%{", "}%}", " ", "input.x", "input.x.a", "input.x.b", "refs.t.output", "nope", "'", "\"", "(", ")", "[", "]", "{", "}", "|", "+", "-", "*", "/", "??", "?", ":", ".",
            "string.upcase", "array.size", "array.sort", "string.slice", "object.to_json", "if", "else", "end", "for x in", "x", "=", "==", "1", "2.5", "1..3", "@", "^", "!", "&&", "#", "\n", ";", ",", "$", "$'", "case", "when", "capture", "break", "true", "null", "-}}", "{{~", "for.index", "empty?", "0x", "1e5"),
        Gen.String[0, 6]).Array[1, 25].Select(parts => "{{ " + string.Concat(parts));

    private static Scope ScopeOf(JsonNode? value) =>
        Given(new JsonObject { ["input"] = new JsonObject { ["x"] = value?.DeepClone(), ["y"] = "leaked" } }.ToJsonString(EngineJson.Options));

    private static string Outcome(string template, Scope scope)
    {
        try
        {
            var rendered = Parsed(template).Render(scope);
            return rendered.ValueKind == JsonValueKind.String && rendered.GetString() is ['<', .. var inside, '>']
                ? "text " + (IsStructure(inside) ? Canonical(Json(inside)) : inside)
                : Canonical(rendered);
        }
        catch (TemplateRenderException failure)
        {
            return failure.Fault.ToString();
        }
    }

    private static bool IsStructure(string text)
    {
        try
        {
            return Json(text).ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // The interpreter may write a number in another way, but it must be the same number.
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Select(member => Text(member.Name) + ":" + Canonical(member.Value))) + "}",
        _ => value.GetRawText(),
    };
}
