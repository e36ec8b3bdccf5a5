namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Takes what has been removed out of the index of failures: of a part that is mostly of such, what is left is written to the newest part, a little at a time, and
/// the part is given up. Cut short, it begins again: to be in two parts, or twice in one, does no harm.
/// </summary>
/// <param name="Part">The part.</param>
/// <param name="First">The least key in it that is still to be looked at.</param>
/// <param name="Last">The greatest.</param>
internal sealed record FailureTextRenewal(long Part, long First, long Last)
{
    /// <summary>Written in one transaction.</summary>
    private const int AtOnce = 64;

    /// <summary>A part of fewer is small; a part of none that is left goes whatever its size.</summary>
    private const int SmallPart = 1_000;

    private static readonly Sql s_left = new("SELECT count(*) FROM execution INDEXED BY execution_status WHERE status = 3 AND key BETWEEN ? AND ?");

    private static readonly Sql s_next = new($"""
        SELECT key, failure_code, failed_ref, failure_message FROM execution INDEXED BY execution_status WHERE status = 3 AND key BETWEEN ? AND ? ORDER BY key LIMIT {AtOnce}
        """);

    /// <summary>A part of which less than half is left; <c>null</c>: there is none.</summary>
    public static FailureTextRenewal? Choose(Connection connection)
    {
        foreach (var part in FailureTexts.Parts(connection))
        {
            var (count, first, last) = FailureTexts.Read(connection, part);
            var left = connection[s_left].Add(first).Add(last).ReadLong();
            if (left == 0 || (left * 2 < count && count >= SmallPart))
                return new FailureTextRenewal(part, first, last);
        }
        return null;
    }

    /// <summary>Writes the next few, and gives what is to be done once they are committed. <c>null</c>: that was all, and the part is gone.</summary>
    public FailureTextRenewal? Step(WriteSession session)
    {
        var connection = session.Connection;
        var found = new List<(long Key, string? Code, string? Ref, string? Message)>();
        var rows = connection[s_next].Add(First).Add(Last);
        while (rows.Step())
            found.Add((rows.Long(0), rows.OptionalText(1), rows.OptionalText(2), rows.OptionalText(3)));
        if (found.Count > 0)
            session.Failures.Leave(connection, Part);
        foreach (var (key, code, @ref, message) in found)
            session.Failures.Add(connection, key, code, @ref, message);
        if (found.Count == AtOnce)
            return this with { First = found[^1].Key + 1 };
        session.Failures.GiveUp(connection, Part);
        return null;
    }
}
