namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How a reference to a stored value is told from a user's data.</summary>
internal static class ValueMarker
{
    /// <summary>What every name of interest ends in.</summary>
    public static ReadOnlySpan<byte> NameEnd => "$value\""u8;

    /// <summary>Whether a name as it stands in the text is <c>$value</c> with any number of <c>$</c>. Written with escapes it is not: then it is never taken for ours.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => name.EndsWith("$value"u8) && name[..^6].IndexOfAnyExcept((byte)'$') < 0;
}
