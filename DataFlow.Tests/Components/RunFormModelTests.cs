using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Tests.Components;

public sealed class RunFormModelTests
{
    private static InputDefinition Input(string name, DataType type, bool required = true, string? byDefault = null, params string[] choices) =>
        new(name, new ValueSchema { Type = type, Choices = [.. choices.Select(choice => JsonElement.Parse(choice))] }, required, byDefault is null ? null : JsonElement.Parse(byDefault));

    private static (string? Json, ImmutableArray<Problem> Problems) Read(InputDefinition input, string? typed)
    {
        var model = new RunFormModel([input]);
        if (typed is not null) model.Fields[0].Text = typed;
        var (json, problems) = model.Read();
        return (json?.GetRawText(), problems);
    }

    [Theory]
    [InlineData(DataType.String, "42", """{"x":"42"}""")]
    [InlineData(DataType.String, " kept ", """{"x":" kept "}""")]
    [InlineData(DataType.Integer, " -7 ", """{"x":-7}""")]
    [InlineData(DataType.Number, "0.5", """{"x":0.5}""")]
    [InlineData(DataType.Boolean, "true", """{"x":true}""")]
    [InlineData(DataType.Boolean, "false", """{"x":false}""")]
    [InlineData(DataType.Object, """{ "a": [1] }""", """{"x":{"a":[1]}}""")]
    [InlineData(DataType.Array, "[1, 2]", """{"x":[1,2]}""")]
    [InlineData(DataType.Any, "[1]", """{"x":[1]}""")]
    [InlineData(DataType.Any, "just words", """{"x":"just words"}""")]
    public void Read_gives_what_was_typed_in_its_declared_type(DataType type, string typed, string expected)
    {
        var (json, problems) = Read(Input("x", type), typed);
        Assert.Empty(problems);
        Assert.Equal(expected, json);
    }

    [Theory]
    [InlineData(DataType.Integer, "4.5")]
    [InlineData(DataType.Integer, "1e3")]
    [InlineData(DataType.Number, "1,5")]
    [InlineData(DataType.Number, "NaN")]
    [InlineData(DataType.Object, "{ a: 1 }")]
    [InlineData(DataType.Array, "[1,")]
    public void Read_says_at_the_field_what_cannot_be_read(DataType type, string typed)
    {
        var (json, problems) = Read(Input("x", type), typed);
        Assert.Null(json);
        Assert.Equal("#/input/x", Assert.Single(problems).Pointer);
    }

    [Fact]
    public void Optional_fields_left_empty_are_not_sent() => Assert.Equal("{}", Read(Input("x", DataType.Integer, required: false), "").Json);

    [Fact]
    public void Required_fields_left_empty_are_a_problem_at_the_field()
    {
        var problem = Assert.Single(Read(Input("x", DataType.String), "").Problems);
        Assert.Equal(("#/input/x", "required"), (problem.Pointer, problem.Code));
    }

    [Theory]
    [InlineData(DataType.String, "\"https://example.com\"")]
    [InlineData(DataType.Integer, "12")]
    [InlineData(DataType.Boolean, "false")]
    [InlineData(DataType.Array, "[\"a\",2]")]
    public void Defaults_are_filled_in_and_read_back_as_they_were(DataType type, string value) =>
        Assert.Equal($$"""{"x":{{value}}}""", Read(Input("x", type, required: false, byDefault: value), null).Json);

    [Fact]
    public void Choices_keep_their_types()
    {
        var input = Input("x", DataType.Integer, byDefault: "20", choices: ["10", "20"]);
        Assert.Equal("""{"x":20}""", Read(input, null).Json);
        Assert.Equal("""{"x":10}""", Read(input, "0").Json);
    }

    [Fact]
    public void Given_values_stand_before_defaults()
    {
        var model = new RunFormModel([Input("x", DataType.Integer, byDefault: "1")], JsonElement.Parse("""{"x":9}"""));
        Assert.Equal("""{"x":9}""", model.Read().Input?.GetRawText());
    }

    [Fact]
    public void Pointers_escape_names_as_json_pointer_asks() =>
        Assert.Equal("#/input/a~1b~0", new RunFormModel([Input("a/b~", DataType.String)]).Fields[0].Pointer);
}
