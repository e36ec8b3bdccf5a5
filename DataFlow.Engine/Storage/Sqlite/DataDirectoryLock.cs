using System.Globalization;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Held while the process lives: two processes on one database would each believe they own its executions. The operating system lets go of it however the
/// process ends, so a left-over file means nothing.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    public const string FileName = "dataflow.lock";

    // Apart from the lock: .NET locks whatever it reads, so nobody else could read a locked file.
    private const string OwnerFileName = "dataflow.pid";

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
            var taken = new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            try
            {
                File.WriteAllText(Path.Combine(directory, OwnerFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }
            catch
            {
                taken.Dispose();
                throw;
            }
            return taken;
        }
        catch (IOException error) when (IsHeld(error))
        {
            throw new DataDirectoryInUseException(directory, Owner(directory));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"data directory {directory} cannot be used: {error.Message}", error);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>EAGAIN on Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 || (error.HResult & 0xffff) == 32;

    private static string Owner(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, OwnerFileName));
        }
        catch (IOException)
        {
            // It may just be starting.
            return "unknown";
        }
    }
}
