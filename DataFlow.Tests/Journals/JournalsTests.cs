using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Docs;

namespace DataFlow.Tests.Journals;

/// <summary>Journals written by the engine of other days. Whatever changes, they must fold to the documents they folded to then.</summary>
public sealed class JournalsTests
{
    public static TheoryData<string> Recorded { get; } = [.. RecordedJournal.Names];

    public static TheoryData<string> Scenarios { get; } = [.. JournalScenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_recorded_journal_folds_to_the_document_it_folded_to_then(string name)
    {
        var journal = RecordedJournal.Read(name);
        Assert.Equal(journal.Document, journal.Fold());
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_recorded_journal_that_lost_an_event_does_not_fold_to_it(string name)
    {
        var journal = RecordedJournal.Read(name);
        var shortened = journal with { Events = journal.Events.RemoveAt(journal.Events.Length - 1) };
        Assert.NotEqual(journal.Document, shortened.Fold());
    }

    [Fact]
    public void Every_event_there_is_occurs_in_some_recorded_journal()
    {
        var recorded = RecordedJournal.Names.SelectMany(name => RecordedJournal.Read(name).Events).Select(e => e.GetType()).ToHashSet();
        var all = typeof(ExecutionEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(word => word.DerivedType);

        Assert.Empty(all.Except(recorded).Select(type => type.Name));
    }

    /// <summary>The recorder: with UPDATE_SNAPSHOTS=1 it writes what is missing, and nothing else.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_journal_of_today_folds_to_the_document_the_engine_shows_and_is_recorded(string name)
    {
        var journal = await JournalScenarios.All[name]();
        if (Snapshots.AreRewritten && !File.Exists(RecordedJournal.FileOf(name))) journal.Save(name);

        Assert.Equal(journal.Document, journal.Fold());
        Assert.True(JsonElement.Parse(journal.Document).GetProperty("completed_at").ValueKind == JsonValueKind.String);
        Assert.Contains(name, RecordedJournal.Names);
    }
}
