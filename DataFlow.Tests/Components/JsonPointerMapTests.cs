using CsCheck;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Tests.Components;

public sealed class JsonPointerMapTests
{
    private const string Document = """
        {
          "name": "Café 😀", "tasks": [
            { "ref": "a", "input": {} },
            { "ref": "b", "depends_on": ["a", "x/y"], "a/b~c": 1 }
          ]
        }
        """;

    private static string TextAt(string document, TextRange range)
    {
        var lines = document.Split('\n');
        Assert.Equal(range.StartLine, range.EndLine);
        return lines[range.StartLine - 1][(range.StartColumn - 1)..(range.EndColumn - 1)];
    }

    [Theory]
    [InlineData("#/name", "\"Café 😀\"")]
    [InlineData("#/tasks/0/ref", "\"a\"")]
    [InlineData("#/tasks/1/depends_on/1", "\"x/y\"")]
    [InlineData("#/tasks/1/a~1b~0c", "1")]
    [InlineData("/tasks/1/ref", "\"b\"")]
    public void Find_gives_the_value_itself(string pointer, string expected) => Assert.Equal(expected, TextAt(Document, JsonPointerMap.Of(Document).Find(pointer)));

    [Fact]
    public void Find_marks_only_the_bracket_of_an_object() => Assert.Equal("{", TextAt(Document, JsonPointerMap.Of(Document).Find("#/tasks/1")));

    [Theory]
    [InlineData("#/tasks/1/type", 4)]
    [InlineData("#/tasks/7", 2)]
    [InlineData("#/output/0/value", 1)]
    public void Find_falls_back_to_the_nearest_parent_that_exists(string pointer, int line) => Assert.Equal(line, JsonPointerMap.Of(Document).Find(pointer).StartLine);

    [Fact]
    public void Columns_count_utf16_units_as_editors_do()
    {
        var range = JsonPointerMap.Of(Document).Find("#/tasks");
        Assert.Equal((2, Document.Split('\n')[1].IndexOf('[', StringComparison.Ordinal) + 1), (range.StartLine, range.StartColumn));
    }

    [Fact]
    public void Broken_text_is_placed_as_far_as_it_reads_and_the_root_points_at_the_break()
    {
        var map = JsonPointerMap.Of("{\n  \"name\": \"x\",\n  \"tasks\": [ oops ]\n}");
        Assert.Equal(2, map.Find("#/name").StartLine);
        Assert.Equal(3, map.Find("#").StartLine);
        Assert.Equal(3, map.Broken?.StartLine);
    }

    [Fact]
    public void Percent_encoded_pointers_are_read() => Assert.Equal("1", TextAt("""{"a b":1}""", JsonPointerMap.Of("""{"a b":1}""").Find("#/a%20b")));

    [Fact]
    public void Any_text_at_all_can_be_asked() => Gen.String.Sample(text => JsonPointerMap.Of(text).Find("#/tasks/0").StartLine >= 1);

    [Fact]
    public void Every_scalar_of_any_array_is_found_where_it_stands() =>
        Gen.Select(Gen.Int[0, 999].List[1, 20], Gen.OneOf(Gen.Const(", "), Gen.Const(",\n  "))).Sample((numbers, separator) =>
        {
            var document = $"[{string.Join(separator, numbers)}]";
            var map = JsonPointerMap.Of(document);
            return numbers.Select((number, index) => TextAt(document, map.Find($"#/{index}")) == $"{number}").All(found => found);
        });
}
