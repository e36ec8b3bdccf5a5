namespace DataFlow.Tests.Support;

/// <summary>Files of the source tree that tests read: contracts, corpora, snapshots.</summary>
internal static class RepositoryFiles
{
    private static readonly Lazy<string> s_root = new(Find);

    public static string Root => s_root.Value;

    public static string Of(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DataFlow.Web.sln"))) return folder.FullName;
        throw new InvalidOperationException("The tests run outside the source tree.");
    }
}
