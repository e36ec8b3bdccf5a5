using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>Picks the sentences that say most of a text, without a model and without a network.</summary>
[TaskType("Text.Summarize", "Summarizes a text by its most central sentences, in their own words and order (LexRank). Needs no model and no network.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "summary", "type": "Text.Summarize", "input": { "text": "{{input.article}}", "sentences": 3 } }""")]
internal sealed class TextSummarize : TaskType<TextSummarize.Input, TextSummarize.Output>
{
    // Comparing all with all is quadratic; 600 sentences are a long chapter.
    private const int MostCompared = 600;
    private const int MostRead = 20_000;
    private const int FewestWords = 5;
    private const int LongestSentence = 800;

    // Above this, two sentences say the same.
    private const double Repetition = 0.6;

    // "However, this …" makes little sense without the sentence before it.
    private const double LeaningBack = 0.7;

    public sealed record Input(
        [Description("The text to summarize. English works best; any language with sentences works. The first 20,000 sentences are read."), Example("{{refs.extract_text.output.text}}")] string Text,
        [Description("The most sentences the summary has."), Range(1, 100)] int Sentences = 3,
        [Description("The most characters the summary has. Sentences that do not fit are left out; when none fits, the most central one is cut."), Range(1, 1_000_000), Example("500")] int? MaxCharacters = null);

    public sealed record Output(
        [Description("The chosen sentences in the order of the text; empty for a text without words."), Main] string Summary,
        [Description("How many sentences it has.")] int SentenceCount,
        [Description("How many sentences the text has.")] int TotalSentences);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        var sentences = new List<string>();
        foreach (var sentence in SentenceSplitter.Split(input.Text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SentenceTerms.CountWords(sentence) > 0) sentences.Add(sentence);
        }
        if (sentences.Count > MostRead) context.Log(TaskLogLevel.Warning, $"The text has {sentences.Count:N0} sentences; the first {MostRead:N0} were read.");
        var chosen = Choose(sentences, input, cancellationToken);
        return new(new Output(Join(sentences, chosen, input), chosen.Count, sentences.Count));
    }

    private static SortedSet<int> Choose(List<string> sentences, Input input, CancellationToken cancellationToken)
    {
        var candidates = Candidates(sentences);
        var ranks = LexRank.Of([.. candidates.Select(i => SentenceTerms.Of(sentences[i]))], cancellationToken);
        var central = ranks.Central(MostCompared);
        double[] worth = [.. ranks.Rank(central, cancellationToken).Select((rank, i) => SentenceTerms.LeansBack(sentences[candidates[central[i]]]) ? rank * LeaningBack : rank)];
        var chosen = new SortedSet<int>();
        var characters = 0;
        int[] best = [.. Enumerable.Range(0, central.Length).OrderByDescending(i => worth[i])];
        var isSqueezed = false;
        foreach (var i in best)
        {
            // What takes the place of a sentence that did not fit must be worth more than the average one.
            if (chosen.Count == input.Sentences || (isSqueezed && worth[i] * central.Length < 1)) break;
            var sentence = central[i];
            if (chosen.Any(other => ranks.Similarity(other, sentence) > Repetition)) continue;
            var longer = characters + sentences[candidates[sentence]].Length + (chosen.Count > 0 ? 1 : 0);
            if (longer > input.MaxCharacters)
            {
                isSqueezed = true;
                continue;
            }
            chosen.Add(sentence);
            characters = longer;
        }
        return new((chosen.Count == 0 ? best.Take(1).Select(i => central[i]) : chosen).Select(i => candidates[i]));
    }

    // Headings, menus and captions are too short to say anything, endless ones are no sentences; they count when there is nothing else.
    private static List<int> Candidates(List<string> sentences)
    {
        List<int> all = [.. Enumerable.Range(0, Math.Min(sentences.Count, MostRead))];
        var fair = all.FindAll(i => sentences[i].Length <= LongestSentence && SentenceTerms.CountWords(sentences[i]) >= FewestWords);
        var good = fair.FindAll(i => EndsWell(sentences[i]));
        return good.Count > 0 ? good : fair.Count > 0 ? fair : all;
    }

    private static bool EndsWell(string sentence) => sentence[^1] is not (':' or ',') && !char.IsLetterOrDigit(sentence[^1]);

    private static string Join(List<string> sentences, SortedSet<int> chosen, Input input)
    {
        var summary = new StringBuilder();
        foreach (var i in chosen)
        {
            // Scripts with full stops of their own put no space behind them.
            if (summary.Length > 0 && summary[^1] < '\u3000') summary.Append(' ');
            summary.Append(sentences[i]);
        }
        return input.MaxCharacters is { } most && summary.Length > most ? Cut(summary.ToString(), most) : summary.ToString();
    }

    private static string Cut(string sentence, int most)
    {
        var end = TextElements.Within(sentence, most - 1);
        if (sentence[end] != ' ' && sentence.AsSpan(0, end).LastIndexOf(' ') is > 0 and var space) end = space;
        return $"{sentence.AsSpan(0, end).TrimEnd()}…";
    }
}
