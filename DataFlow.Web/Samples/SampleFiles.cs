using System.Text;

namespace DataFlow.Web.Samples;

/// <summary>The sample pages and definitions, carried inside the program.</summary>
internal static class SampleFiles
{
    /// <summary>The workflow of the contract; it needs a key for OpenAI.</summary>
    public const string ContractWorkflow = "contract-workflow.json";

    /// <summary>The workflow to begin with; it needs nothing.</summary>
    public const string StartWorkflow = "start-workflow.json";

    /// <summary>The page it summarizes.</summary>
    public const string StartPage = "the-lens-that-reached-the-horizon.html";

    private const string Folder = "DataFlow.Web.Samples.";

    /// <summary>A definition as JSON.</summary>
    public static string Definition(string name)
    {
        using var reader = new StreamReader(Open(Folder + name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A page; <c>null</c> when there is none of that name.</summary>
    public static Stream? OpenPage(string name) => Open($"{Folder}pages.{name}");

    private static Stream? Open(string resource) => typeof(SampleFiles).Assembly.GetManifestResourceStream(resource);
}
