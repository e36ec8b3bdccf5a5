using System.Collections.Concurrent;
using System.Globalization;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Finds failed executions by any part of their failure's code, task or message: an index of every three characters in a row. Only what failed is written to it,
/// so what goes well costs nothing.
/// </summary>
/// <remarks>
/// It is in parts, each a table of its own that is dropped when nothing it names is left. Taking single executions out of such an index rewrites it again and
/// again, a tenth of a second at a time; so it may name what is gone, and each row is asked again whether it matches.
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

    private const string Prefix = "failure_text_";

    private static readonly Sql s_parts = new($"SELECT CAST(substr(name, {Prefix.Length + 1}) AS INTEGER) FROM sqlite_schema WHERE type = 'table' AND name GLOB '{Prefix}[0-9]*' AND sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY 1");

    private static readonly Sql s_anyFailed = new("SELECT 1 FROM execution INDEXED BY execution_status WHERE status = 3 AND key BETWEEN ? AND ? LIMIT 1");

    private static readonly ConcurrentDictionary<long, Sql> s_chosen = new(), s_greatest = new();

    private Statement? _add;
    private long _room;

    /// <summary>The parts there are, oldest first.</summary>
    public static List<long> Parts(Connection connection)
    {
        var parts = new List<long>();
        var rows = connection[s_parts];
        while (rows.Step())
            parts.Add(rows.Long(0));
        return parts;
    }

    /// <summary>The executions in a part that have a text, newest first, between two keys.</summary>
    public static Sql Chosen(long part) =>
        s_chosen.GetOrAdd(part, static part => new Sql($"SELECT rowid FROM {Name(part)} WHERE {Name(part)} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"));

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

    /// <summary>Drops one part that names nothing any more. False: there is none.</summary>
    public bool Drop(Connection connection)
    {
        foreach (var part in Parts(connection))
        {
            using var keys = connection.Prepare($"SELECT min(id), max(id) FROM {Name(part)}_docsize");
            keys.Step();
            if (keys.OptionalLong(0) is { } first && connection[s_anyFailed].Add(first).Add(keys.Long(1)).ReadOptionalLong() is not null)
                continue;
            keys.Dispose();
            Forget();
            connection.Execute($"DROP TABLE {Name(part)}");
            return true;
        }
        return false;
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
            part = Parts(connection).LastOrDefault() + 1;
            connection.Execute($"CREATE VIRTUAL TABLE {Name(part)} USING fts5(text, content='', tokenize='trigram case_sensitive 1', detail=none)");
            // The newest of a page is found by reading all of it.
            connection.Execute($"INSERT INTO {Name(part)} ({Name(part)}, rank) VALUES ('pgsz', 500)");
        }
        _room = Math.Max(0, mostInPart - long.Parse(connection.Scalar($"SELECT count(*) FROM {Name(part)}_docsize")!, CultureInfo.InvariantCulture));
        _add = connection.Prepare($"INSERT INTO {Name(part)} (rowid, text) VALUES (?, ?)");
    }

    private static string Name(long part) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{part}");
}
