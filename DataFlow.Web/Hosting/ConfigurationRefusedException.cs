namespace DataFlow.Web.Hosting;

/// <summary>The server cannot start as it is configured; the message is the one line that says why and names the key.</summary>
internal sealed class ConfigurationRefusedException(string message) : Exception(message);
