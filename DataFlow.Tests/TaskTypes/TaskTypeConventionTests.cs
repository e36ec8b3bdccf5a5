using System.Text.Json;
using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.TaskTypes;

public sealed partial class TaskTypeConventionTests
{
    [Fact]
    public void The_catalogue_has_the_text_json_and_flow_types() =>
        Assert.All(
            ["Echo", "Flow.Fail", "Flow.Wait", "Json.Parse", "Text.Reverse", "Text.Size", "Text.Static", "Text.Summarize", "Text.Template", "Text.Truncate"],
            name => Assert.Contains(EngineCatalog.Catalog.All, type => type.Specification.Type == name));

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public void Everything_is_described_in_sentences(string name)
    {
        var specification = EngineCatalog.Get(name).Specification;
        string?[] descriptions = [specification.Description, .. Fields(specification.Input).Concat(Fields(specification.Output)).Select(field => field.Schema.Description)];
        Assert.All(descriptions, description => Assert.Matches(Sentence(), description));
    }

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public void The_main_output_is_marked(string name)
    {
        var specification = EngineCatalog.Get(name).Specification;
        if (specification.Output.Properties is { Length: > 0 }) Assert.NotNull(specification.Output.Find(specification.MainOutput!));
        else Assert.Null(specification.MainOutput);
    }

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public void Defaults_and_examples_fit_their_fields(string name) =>
        Assert.All(Fields(EngineCatalog.Get(name).Specification.Input), field =>
        {
            foreach (var value in new[] { field.Default, field.Schema.Example }.OfType<JsonElement>())
                if (!value.ToString().Contains("{{", StringComparison.Ordinal)) Assert.True(Fits(value, field.Schema), $"{field.Name}: {value}");
        });

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public void The_example_is_a_task_of_its_own_type(string name)
    {
        var example = EngineCatalog.Get(name).Specification.Example;
        Assert.Equal(name, example.GetProperty("type").GetString());
        Assert.Matches("^[A-Za-z_][A-Za-z0-9_]{0,63}$", example.GetProperty("ref").GetString());
        Assert.DoesNotContain("{{refs.", example.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public async Task A_cancelled_attempt_does_not_begin(string name)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var type = EngineCatalog.Get(name);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => type.InvokeAsync(type.Specification.Example.GetProperty("input"), Attempt.Context(), cancelled.Token).AsTask());
    }

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public async Task An_unknown_field_is_refused(string name)
    {
        var failure = await Attempt.FailureOfAsync(EngineCatalog.Get(name), JsonElement.Parse("""{ "no_such_field": 1 }"""));
        Assert.Equal("input_invalid", failure.Code);
    }

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public async Task The_example_of_a_pure_type_runs_and_gives_every_output(string name)
    {
        var type = EngineCatalog.Get(name);
        if (type is IDurableWait || type.Specification is not { Repeat: TaskRepeat.Pure, Output.Properties: { Length: > 0 } fields }) return;
        var output = await Attempt.OfAsync(type, type.Specification.Example.GetProperty("input"));
        Assert.Equal(fields.Select(field => field.Name), output.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [MemberData(nameof(EngineCatalog.Names), MemberType = typeof(EngineCatalog))]
    public void Its_name_is_suggested_for_a_slip(string name) => Assert.Equal(name, EngineCatalog.Catalog.Nearest(name + "x"));

    private static IEnumerable<PropertySchema> Fields(ValueSchema schema) =>
        (schema.Properties ?? []).SelectMany(field => Fields(field.Schema).Concat(field.Schema.Items is { } items ? Fields(items) : []).Prepend(field));

    private static bool Fits(JsonElement value, ValueSchema schema) => schema.Type switch
    {
        DataType.Any => true,
        DataType.String => value.ValueKind == JsonValueKind.String
            && (schema.Choices is [] || schema.Choices.Any(choice => JsonElement.DeepEquals(choice, value)))
            && value.GetString()!.Length is var length && !(length < schema.MinLength) && !(length > schema.MaxLength)
            && (schema.Pattern is null || Regex.IsMatch(value.GetString()!, schema.Pattern))
            && (schema.Format != "uri" || Uri.TryCreate(value.GetString(), UriKind.Absolute, out var _)),
        DataType.Integer or DataType.Number => value.ValueKind == JsonValueKind.Number && !(value.GetDouble() < schema.Minimum) && !(value.GetDouble() > schema.Maximum),
        DataType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        DataType.Array => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };

    [GeneratedRegex(@"\A[A-Z].*[.!?]\z", RegexOptions.Singleline)]
    private static partial Regex Sentence();
}
