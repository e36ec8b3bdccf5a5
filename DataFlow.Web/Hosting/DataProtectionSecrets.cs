using System.Security.Cryptography;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Hosting;

/// <summary>Encrypts secrets with keys that lie beside the database, readable for the owner only.</summary>
internal sealed class DataProtectionSecrets(IDataProtectionProvider provider) : ISecretProtector
{
    private readonly IDataProtector protector = provider.CreateProtector("dataflow.secret.v1");

    public byte[] Protect(ReadOnlySpan<byte> plain)
    {
        var copy = plain.ToArray();
        try
        {
            return protector.Protect(copy);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    public byte[]? Unprotect(byte[] secret)
    {
        try
        {
            return protector.Unprotect(secret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>Registers the key ring and the protector.</summary>
internal static class DataProtectionServices
{
    public const string KeyFolder = "keys";

    public static IServiceCollection AddSecretProtection(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("dataflow");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<EngineOptions>, ILoggerFactory>(static (keys, engine, logs) =>
            keys.XmlRepository = new FileSystemXmlRepository(Folder(engine.Value), logs));
        return services.AddSingleton<ISecretProtector, DataProtectionSecrets>();
    }

    private static DirectoryInfo Folder(EngineOptions engine)
    {
        var root = Path.GetFullPath(engine.DataDirectory);
        var path = Path.Combine(root, KeyFolder);
        try
        {
            if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(path);
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(root, owner);
            var folder = Directory.CreateDirectory(path, owner);
            File.SetUnixFileMode(path, owner);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Of all that uses the data directory this is the first.
            throw new StartupException($"data directory {root} cannot be used: {error.Message}", error);
        }
    }
}
