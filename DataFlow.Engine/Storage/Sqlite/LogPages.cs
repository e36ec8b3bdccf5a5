namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>The log, in pages.</summary>
/// <param name="All">In it.</param>
/// <param name="WrittenBack">Of them, in the database as well; once all are, the next write begins the log anew.</param>
internal readonly record struct LogPages(int All, int WrittenBack)
{
    public int Waiting => All - WrittenBack;
}
