using System.Collections.Immutable;
using System.Reflection;
using DataFlow.Engine;

namespace DataFlow.Tests.Architecture;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Projects = ["DataFlow.Engine", "DataFlow.Web", "DataFlow.Tests", "DataFlow.Benchmarks"];
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "Migrations", "node_modules"];

    public static Assembly Engine { get; } = typeof(WorkflowEngine).Assembly;

    public static Assembly Web { get; } = typeof(Program).Assembly;

    public static Assembly Tests { get; } = typeof(Repository).Assembly;

    public static string Root { get; } = FindRoot();

    /// <summary>Every file people write, as paths from the root with slashes.</summary>
    public static ImmutableArray<string> SourceFiles { get; } =
    [
        .. Projects
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, project), "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor" or ".css" or ".js" && !file.Split('/').Any(Generated.Contains))
            .Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<string> CSharpFiles => SourceFiles.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] ReadLines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DataFlow.Web.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"DataFlow.Web.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
