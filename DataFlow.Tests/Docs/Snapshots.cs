namespace DataFlow.Tests.Docs;

/// <summary>Files of the source tree that tests hold to the program, and write anew when asked to.</summary>
internal static class Snapshots
{
#pragma warning disable RS0030 // The one switch of a test run; there is no configuration here to read it from.
    public static bool AreRewritten => Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";
#pragma warning restore RS0030
}
