using CsCheck;
using DataFlow.Engine.TaskTypes.OpenAI;

namespace DataFlow.Tests.TaskTypes.OpenAI;

public sealed class TextPartsTests
{
    [Fact]
    public void Every_part_fits_and_no_letter_is_lost() =>
        Gen.Select(Gen.OneOf(Gen.Char['a', 'z'], Gen.Const(' '), Gen.Const('\n'), Gen.Const('.'), Gen.Const('é'), Gen.Const('漢')).Array[0, 600], Gen.Int[5, 100]).Sample((characters, most) =>
        {
            var text = new string(characters);
            var parts = TextParts.Split(text, most);
            Assert.All(parts, part => Assert.InRange(TextParts.Tokens(part), 1, most));
            Assert.Equal(Solid(text), Solid(string.Concat(parts)));
        });

    [Fact]
    public void A_part_ends_where_a_reader_would_pause() =>
        Assert.Equal(["First words here.", "Second words are here. Third."], TextParts.Split("First words here.\n\nSecond words are here. Third.", 8));

    [Fact]
    public void A_letter_of_two_code_units_is_not_cut()
    {
        var parts = TextParts.Split(string.Concat(Enumerable.Repeat("😀", 50)), 7);
        Assert.All(parts, part => Assert.Equal(0, part.Length % 2));
        Assert.Equal(100, parts.Sum(part => part.Length));
    }

    private static string Solid(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
