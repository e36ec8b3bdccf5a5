using CsCheck;
using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class SentenceSplitterTests
{
    // Sentences are separated by | in the expectation.
    [Theory]
    [InlineData("", "")]
    [InlineData("  \n \n", "")]
    [InlineData("One. Two! Three? Four", "One.|Two!|Three?|Four")]
    [InlineData("Dr. Smith met Mrs. Jones at 3.15 p.m. on Jan. 5. They talked.", "Dr. Smith met Mrs. Jones at 3.15 p.m. on Jan. 5.|They talked.")]
    [InlineData("The U.S. Senate voted. It lives in the U.S. The vote was close.", "The U.S. Senate voted.|It lives in the U.S.|The vote was close.")]
    [InlineData("J. R. R. Tolkien wrote it. See Fig. 3 and No. 5, e.g. the map.", "J. R. R. Tolkien wrote it.|See Fig. 3 and No. 5, e.g. the map.")]
    [InlineData("Did he say no? No. He said yes.", "Did he say no?|No.|He said yes.")]
    [InlineData("Pi is 3.14159 and v2.0.1 is out. See www.example.com/a.b for more.", "Pi is 3.14159 and v2.0.1 is out.|See www.example.com/a.b for more.")]
    [InlineData("It was sold by Acme Inc. in May. Acme Inc. The end.", "It was sold by Acme Inc. in May.|Acme Inc.|The end.")]
    [InlineData("“Stop!” he said. She asked: \"Why?\" Nobody knew.", "“Stop!” he said.|She asked: \"Why?\"|Nobody knew.")]
    [InlineData("It rained.[12][note] It stopped. (Later it snowed.) Then sun.", "It rained.[12][note]|It stopped.|(Later it snowed.)|Then sun.")]
    [InlineData("Wait... what? Well... The end…  Really.", "Wait... what?|Well...|The end…|Really.")]
    [InlineData("Yahoo! was a company. Really!? Yes.", "Yahoo! was a company.|Really!?|Yes.")]
    [InlineData("我喜欢猫。你呢？「真的！」他说。", "我喜欢猫。|你呢？|「真的！」|他说。")]
    [InlineData("यह एक वाक्य है। यह दूसरा है।", "यह एक वाक्य है।|यह दूसरा है।")]
    [InlineData("هل أنت هنا؟ نعم.", "هل أنت هنا؟|نعم.")]
    [InlineData("Cats\n\nCats are small.\nDogs are big.", "Cats|Cats are small.|Dogs are big.")]
    [InlineData("We need:\n- two eggs\n* milk\n1. a bowl\n(2) a spoon\n• salt", "We need:|two eggs|milk|a bowl|a spoon|salt")]
    [InlineData("Home\nAbout us\nContact", "Home|About us|Contact")]
    [InlineData("A link in the\nmiddle of a line.", "A link in the middle of a line.")]
    [InlineData("Line one ends here\r\nand goes on.\r\nNext.", "Line one ends here and goes on.|Next.")]
    [InlineData("Tabs\tand   spaces\u00A0shrink. So.", "Tabs and spaces shrink.|So.")]
    public void Sentences_end_where_a_reader_ends_them(string text, string sentences) =>
        Assert.Equal(sentences, string.Join('|', SentenceSplitter.Split(text)));

    [Fact]
    public void Lines_broken_at_a_width_are_joined_again()
    {
        const string mail = """
            The committee of the harbour met on Tuesday to talk about the new
            Lighthouse Road, which Mr. Brown had proposed in spring. It decided
            that the road will be built before the next winter begins, and that
            1,200 metres of the old wall stay.
            """;
        Assert.Equal(
            [
                "The committee of the harbour met on Tuesday to talk about the new Lighthouse Road, which Mr. Brown had proposed in spring.",
                "It decided that the road will be built before the next winter begins, and that 1,200 metres of the old wall stay.",
            ],
            SentenceSplitter.Split(mail));
    }

    /// <summary>No word here is one letter long: "a) " at the beginning of an entry is its mark, and marks are left out.</summary>
    [Fact]
    public void No_letter_is_lost_or_made_up() =>
        Gen.OneOf("ab", "B", "Dr", ".", ".", "! ", "? ", "。", " ", "\n", "\n\n", "…", "\"", ")", "3", "[1]").Array[0, 60].Select(string.Concat).Sample(text =>
        {
            var sentences = SentenceSplitter.Split(text).ToList();
            Assert.DoesNotContain(sentences, sentence => sentence.Length == 0 || sentence != sentence.Trim());
            Assert.Equal(Letters(text), Letters(string.Concat(sentences)));
        });

    private static string Letters(string text) => string.Concat(text.Where(c => c is 'a' or 'B' or 'D' or 'r'));
}
