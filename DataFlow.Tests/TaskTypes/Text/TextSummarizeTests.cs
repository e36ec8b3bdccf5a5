using System.Text.Json;
using CsCheck;
using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class TextSummarizeTests
{
    /// <summary>As a page gives it: menu, headings, list, caption, footer.</summary>
    private const string Article = """
        Home
        News
        Sign in

        Tides: why the sea rises and falls

        By Dr. A. Miller, Jan. 12

        Tides are the rise and fall of sea levels caused by the gravity of the Moon and the Sun and by the rotation of the Earth. In most places the sea rises and falls twice a day. The difference between high and low water is called the tidal range.
        Share this page

        The part of the Moon
        The Moon pulls on the ocean nearest to it more strongly than on the Earth's centre, and that pull raises a bulge of water. A second bulge stands on the far side of the Earth, where the Moon's gravity is weakest. As the Earth turns, a coast passes through both bulges, so it sees two high tides in about 24.8 hours.

        The part of the Sun
        The Sun's gravity raises tides too, though only about half as high as those of the Moon. When Sun and Moon pull in one line, their tides add up to spring tides with the greatest range. When they pull at right angles, the tides are weak and are called neap tides.

        Why it matters
        Sailors have kept tide tables for centuries. My aunt's cat is afraid of water. In the Bay of Fundy, e.g. at Burntcoat Head, the tidal range reaches 16.3 m. Power stations use the tidal range to make electricity.

        You may also like:
        - Ten beaches you must see
        - How to cook mussels
        Photo: E. Jones
        Copyright 2024. All rights reserved.
        """;

    private static Task<JsonElement> SummarizeAsync(string text, int sentences = 3, int? max_characters = null) =>
        Attempt.OfAsync(new TextSummarize(), new { text, sentences, max_characters });

    private static async Task<JsonElement> SummarizeInTimeAsync(string text, int sentences)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Xunit.TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromSeconds(20));
        return await new TextSummarize().InvokeAsync(JsonSerializer.SerializeToElement(new { text, sentences }), Attempt.Context(), late.Token);
    }

    private static string Summary(JsonElement output) => output.GetProperty("summary").GetString()!;

    [Fact]
    public async Task A_page_is_summarized_by_what_it_is_about()
    {
        var output = await SummarizeAsync(Article);
        var summary = Summary(output);
        Assert.Equal(3, output.GetProperty("sentence_count").GetInt32());
        Assert.StartsWith("Tides are the rise and fall of sea levels caused by the gravity of the Moon and the Sun", summary, StringComparison.Ordinal);
        string[] beside = ["Home", "Sign in", "Share this", "aunt", "mussels", "Copyright", "Miller", "You may also like"];
        Assert.All(beside, words => Assert.DoesNotContain(words, summary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sentences_keep_their_words_and_their_order() =>
        await Gen.Int[1, 12].SampleAsync(
            async most =>
            {
                var output = await SummarizeAsync(Article, most);
                var chosen = SentenceSplitter.Split(Article).Where(sentence => sentence.Length > 40 && Summary(output).Contains(sentence, StringComparison.Ordinal)).ToList();
                Assert.Equal(Summary(output), string.Join(' ', chosen));
                Assert.Equal(output.GetProperty("sentence_count").GetInt32(), chosen.Count);
                Assert.InRange(chosen.Count, 1, most);
            },
            iter: 20);

    [Fact]
    public async Task The_same_thing_is_not_said_twice()
    {
        var text = string.Join(' ', Enumerable.Repeat("The harbour of Emden was closed by the storm on Monday.", 5)) + " The mayor of Emden asked all ships to wait outside.";
        Assert.Equal("The harbour of Emden was closed by the storm on Monday. The mayor of Emden asked all ships to wait outside.", Summary(await SummarizeAsync(text)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(130)]
    [InlineData(300)]
    [InlineData(1_000)]
    public async Task It_never_has_more_characters_than_allowed(int most)
    {
        var summary = Summary(await SummarizeAsync(Article, 10, most));
        Assert.InRange(summary.Length, 1, most);
        if (most >= 130) Assert.EndsWith(".", summary, StringComparison.Ordinal);
        else Assert.EndsWith("…", summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", 0, 0)]
    [InlineData(" \n\t ", "", 0, 0)]
    [InlineData("... !!! ???", "", 0, 0)]
    [InlineData("Hello", "Hello", 1, 1)]
    [InlineData("Too short. So is this.", "Too short. So is this.", 2, 2)]
    [InlineData("the the the", "the the the", 1, 1)]
    public async Task Little_or_no_text_is_no_failure(string text, string summary, int count, int total)
    {
        var output = await SummarizeAsync(text);
        Assert.Equal((summary, count, total), (Summary(output), output.GetProperty("sentence_count").GetInt32(), output.GetProperty("total_sentences").GetInt32()));
    }

    [Fact]
    public async Task Other_scripts_are_summarized_too()
    {
        const string text = "潮汐是海水在月球和太阳引力作用下的周期性涨落。月球的引力使海水隆起形成涨潮。我的猫昨天睡了一整天。太阳的引力也会引起潮汐但比月球的弱。当太阳和月球成一直线时潮汐最大。";
        var summary = Summary(await SummarizeAsync(text, 2));
        Assert.DoesNotContain("猫", summary, StringComparison.Ordinal);
        Assert.Equal(2, summary.Count(c => c == '。'));
        Assert.DoesNotContain(' ', summary);
    }

    [Fact]
    public async Task A_text_without_any_full_stop_is_cut()
    {
        var summary = Summary(await SummarizeAsync(string.Join(' ', Enumerable.Repeat("word", 5_000)), max_characters: 50));
        Assert.Equal("word word word word word word word word word word…", summary);
    }

    [Fact]
    public async Task A_megabyte_takes_seconds_at_most()
    {
        var words = new[] { "tide", "moon", "sun", "water", "coast", "ship", "harbour", "gravity", "bulge", "range", "wind", "wave", "sand", "rock", "storm", "sailor" };
        var text = string.Concat(Enumerable.Range(0, 12_000).Select(i => $"The {words[i % 16]} number {i} of the {words[i * 7 % 16]} meets the {words[i * 5 % 13]} near the {words[i * 11 % 15]} in some {i % 977} places. "));
        Assert.True(text.Length > 900_000);
        var output = await SummarizeInTimeAsync(text, 5);
        Assert.Equal(5, output.GetProperty("sentence_count").GetInt32());
        Assert.Equal(12_000, output.GetProperty("total_sentences").GetInt32());
    }

    [Theory]
    [InlineData(". ")]
    [InlineData("A b. ")]
    [InlineData("a.")]
    [InlineData("[1]")]
    [InlineData("\n")]
    [InlineData("日。")]
    public async Task A_megabyte_of_nonsense_does_not_hold_it_up(string part)
    {
        var output = await SummarizeInTimeAsync(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length)), 3);
        Assert.InRange(output.GetProperty("sentence_count").GetInt32(), 0, 3);
    }

    [Fact]
    public async Task Any_text_at_all_gives_a_summary_within_its_limits() =>
        await Gen.Select(Gen.String[0, 400], Gen.Int[1, 5], Gen.Int[1, 200]).SampleAsync(async (text, most, characters) =>
        {
            // A lone surrogate is no text; the input would have been refused.
            var sound = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
            var output = await SummarizeAsync(sound, most, characters);
            Assert.InRange(output.GetProperty("sentence_count").GetInt32(), 0, most);
            Assert.InRange(Summary(output).Length, 0, characters);
        });

    [Fact]
    public async Task Cancelling_stops_it()
    {
        using var cancellation = new CancellationTokenSource();
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"Sentence number {i} is about thing {i % 501} and place {i % 77}. "));
        var work = Task.Run(() => new TextSummarize().InvokeAsync(JsonSerializer.SerializeToElement(new { text }), Attempt.Context(), cancellation.Token).AsTask(), Xunit.TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }
}
