using System.Collections.Concurrent;
using System.Globalization;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Finds failed executions by any part of their failure's code, task or message: an index of every three characters in a row. Only what failed is written to it,
/// so what goes well costs nothing.
/// </summary>
/// <remarks>
/// It is in parts, each a table of its own that is dropped when little of what it names is left (<see cref="FailureTextRenewal"/>). Taking single executions out of
/// such an index rewrites it again and again, a tenth of a second at a time; so it may name what is gone, and each row is asked again whether it matches.
/// </remarks>
internal sealed class FailureTexts(int mostInPart = FailureTexts.MostInPart)
{
    /// <summary>Executions in a part. A merge of an index goes through all that have the same three characters at once: 40 ms of so many.</summary>
    public const int MostInPart = 524_288;

    /// <summary>Characters of an entry; shorter texts cannot be asked for.</summary>
    private const int Length = 3;

    /// <summary>Each costs a look-up; what has the three rarest of a text and not the text is rare.</summary>
    private const int MostAsked = 3;

    /// <summary>Most of what is written in English and of its abbreviations is of these; numbers and names of things are not.</summary>
    private const string Common = " ETAOINSRHLD";

    /// <summary>Of as many characters: a part, and one that is on its way out.</summary>
    private const string Prefix = "failure_text_", GonePrefix = "failure_gone_";

    /// <summary>Rows taken out of a table of a part on its way out at once. A large table that is dropped as it is has all its pages read first.</summary>
    private const int ClearedAtOnce = 500;

    private static readonly Sql s_parts = new(Numbers(Prefix));

    private static readonly Sql s_gone = new(Numbers(GonePrefix));

    private static readonly ConcurrentDictionary<long, Sql> s_chosen = new(), s_greatest = new();

    private Statement? _add;
    private long _room;

    /// <summary>The parts there are, oldest first.</summary>
    public static List<long> Parts(Connection connection) => Read(connection[s_parts]);

    /// <summary>Takes a little of a part that was given up off the disk. True: there is more.</summary>
    public static bool Clear(Connection connection)
    {
        if (Read(connection[s_gone]) is not [var part, ..])
            return false;
        var name = Name(part, GonePrefix);
        // The first rows of the data say what the index is, and it cannot be dropped without.
        connection.Execute($"DELETE FROM {name}_data WHERE id IN (SELECT id FROM {name}_data WHERE id > 10 LIMIT {ClearedAtOnce})");
        if (connection.Changes == 0)
            connection.Execute($"DELETE FROM {name}_docsize WHERE id IN (SELECT id FROM {name}_docsize LIMIT {ClearedAtOnce * 8})");
        if (connection.Changes == 0)
            connection.Execute($"DROP TABLE {name}");
        return true;
    }

    /// <summary>The executions in a part that have a text, newest first, between two keys.</summary>
    public static Sql Chosen(long part) =>
        s_chosen.GetOrAdd(part, static part => new Sql($"SELECT rowid FROM {Name(part)} WHERE {Name(part)} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"));

    /// <summary>How many executions a part names, and between which keys.</summary>
    public static (long Count, long First, long Last) Read(Connection connection, long part)
    {
        using var row = connection.Prepare($"SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0) FROM {Name(part)}_docsize");
        row.Step();
        return (row.Long(0), row.Long(1), row.Long(2));
    }

    /// <summary>The greatest key in a part.</summary>
    public static Sql Greatest(long part) => s_greatest.GetOrAdd(part, static part => new Sql($"SELECT max(id) FROM {Name(part)}_docsize"));

    /// <summary>
    /// What to ask the index for: the text's characters three by three. It may name executions that have them all elsewhere, and misses none that has the text.
    /// <c>null</c>: it cannot be asked for this.
    /// </summary>
    public static string? Asked(string text)
    {
        var characters = Lists.Fold(text).EnumerateRunes().Select(character => character.ToString()).ToList();
        if (characters.Count < Length || text.Contains('\0', StringComparison.Ordinal))
            return null;
        // Side by side, and the last three: those that overlap them would say little more.
        var places = Enumerable.Range(0, characters.Count / Length).Select(at => at * Length).Append(characters.Count - Length);
        var parts = places.Select(at => string.Concat(characters.GetRange(at, Length))).Distinct().OrderBy(part => part.Count(character => Common.Contains(character, StringComparison.Ordinal))).Take(MostAsked);
        return string.Join(" AND ", parts.Select(part => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
    }

    public void Add(Connection connection, long executionKey, ExecutionSummary summary) => Add(connection, executionKey, summary.FailureCode, summary.FailedRef, summary.FailureMessage);

    public void Add(Connection connection, long executionKey, string? code, string? failedRef, string? message)
    {
        if (_add is null)
            Open(connection, Parts(connection).LastOrDefault());
        if (_room == 0)
            Open(connection, 0);
        _room--;
        _add!.Reset();
        // Upper case here and in what is asked for, by the same rules as all lists compare: the index itself knows no case.
        _add.Add(executionKey).Add(Lists.Fold($"{code}\n{failedRef}\n{message}")).Run();
    }

    /// <summary>What is added from now on goes to another part than this.</summary>
    public void Leave(Connection connection, long part)
    {
        if (Parts(connection).LastOrDefault() == part)
            Open(connection, 0);
    }

    /// <summary>A part is asked no more.</summary>
    public void GiveUp(Connection connection, long part)
    {
        Forget();
        connection.Execute($"ALTER TABLE {Name(part)} RENAME TO {Name(part, GonePrefix)}");
    }

    /// <summary>What was remembered may have been rolled back.</summary>
    public void Forget()
    {
        _add?.Dispose();
        _add = null;
    }

    private void Open(Connection connection, long part)
    {
        Forget();
        if (part == 0)
        {
            part = Math.Max(Parts(connection).LastOrDefault(), Read(connection[s_gone]).LastOrDefault()) + 1;
            connection.Execute($"CREATE VIRTUAL TABLE {Name(part)} USING fts5(text, content='', tokenize='trigram case_sensitive 1', detail=none)");
            // The newest of a page is found by reading all of it.
            connection.Execute($"INSERT INTO {Name(part)} ({Name(part)}, rank) VALUES ('pgsz', 500)");
        }
        _room = Math.Max(0, mostInPart - long.Parse(connection.Scalar($"SELECT count(*) FROM {Name(part)}_docsize")!, CultureInfo.InvariantCulture));
        _add = connection.Prepare($"INSERT INTO {Name(part)} (rowid, text) VALUES (?, ?)");
    }

    private static List<long> Read(Statement numbers)
    {
        var parts = new List<long>();
        while (numbers.Step())
            parts.Add(numbers.Long(0));
        return parts;
    }

    private static string Numbers(string prefix) =>
        $"SELECT CAST(substr(name, {prefix.Length + 1}) AS INTEGER) FROM sqlite_schema WHERE type = 'table' AND name GLOB '{prefix}[0-9]*' AND sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY 1";

    private static string Name(long part, string prefix = Prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{part}");
}
