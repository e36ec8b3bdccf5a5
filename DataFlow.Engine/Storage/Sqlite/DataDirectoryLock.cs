using System.Globalization;
using System.Text;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Held while the process lives: two processes on one database would each believe they own its executions. The operating system lets go of it however the
/// process ends, so a left-over file means nothing.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    public const string FileName = "dataflow.lock";

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StartupException">Somebody else has it, or the directory cannot be used.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new DataDirectoryLock(file);
        }
        catch (IOException error) when (File.Exists(path) && error is not FileNotFoundException && IsHeld(error))
        {
            throw new DataDirectoryInUseException(directory, Owner(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"data directory {directory} cannot be used: {error.Message}", error);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>EAGAIN on Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 || (error.HResult & 0xffff) == 32;

    private static string Owner(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd() is { Length: > 0 } text ? text : "unknown";
        }
        catch (IOException)
        {
            // Windows lets nobody read it while it is held.
            return "unknown";
        }
    }
}
