namespace DataFlow.Engine.Storage;

/// <summary>The program cannot start with what it was given. The message is one line for the person who started it, and all they need.</summary>
public class StartupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process has the data directory.</summary>
public sealed class DataDirectoryInUseException(string directory, string owner) : StartupException($"data directory {directory} is in use by process {owner}");
