using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Webhooks;

/// <summary>
/// The npm package <c>standardwebhooks</c> in a folder under <c>artifacts</c>, fetched once, its versions and contents pinned; and the Node that the browser
/// driver of the tests brings.
/// </summary>
internal static class StandardWebhooksPackage
{
    private static readonly (string Name, string Tarball, string Sha512)[] s_packages =
    [
        ("standardwebhooks", "standardwebhooks/-/standardwebhooks-1.1.1.tgz", "bCbX9ZEyFkWPsRz7Bl3NuQUJohmwGSev/yhr7vhaGPlc4AfIrspIRa6cPTBuI1ItmrTDJ4d/S2hCsfe4+vQGnQ=="),
        ("@stablelib/base64", "@stablelib/base64/-/base64-1.0.1.tgz", "1bnPQqSxSuc3Ii6MhBysoWCg58j97aUjuCSZrGSmDxNqtytIi0k8utUenAwTZN4V5mXXYGsVUI9zeBqy+jBOSQ=="),
        ("fast-sha256", "fast-sha256/-/fast-sha256-1.3.0.tgz", "n11RGP/lrWEFI/bWdygLxhI+pVeo1ZYIVwvvPkW7azl/rOy+F3HYRZ2K5zeE9mmkhQppyv9sQFx0JM9UabnpPQ=="),
    ];

    private static readonly SemaphoreSlim s_one = new(1);

    private static string Folder => RepositoryFiles.Of("artifacts", "npm", "standardwebhooks-1.1.1");

    /// <summary>A folder in which <c>import 'standardwebhooks'</c> works. Skips when the registry cannot be reached.</summary>
    public static async Task<string> FolderAsync()
    {
        await s_one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            foreach (var (name, tarball, sha512) in s_packages)
            {
                var target = Path.Combine([Folder, "node_modules", .. name.Split('/')]);
                if (!Directory.Exists(target)) await InstallAsync(target, await FetchAsync(tarball), sha512);
            }
            return Folder;
        }
        finally
        {
            s_one.Release();
        }
    }

    public static string Node()
    {
        var drivers = Path.Combine(AppContext.BaseDirectory, ".playwright", "node");
        var node = Directory.Exists(drivers) ? Directory.EnumerateFiles(drivers, "node", SearchOption.AllDirectories).FirstOrDefault() : null;
        Assert.SkipWhen(node is null, "node is not installed.");
        return node!;
    }

    /// <summary>Starts a program of ours with the package at hand.</summary>
    public static async Task<Process> StartAsync(string script, params (string Name, string Value)[] variables)
    {
        var node = Node();
        var folder = await FolderAsync();
        var copy = Path.Combine(folder, Path.GetFileName(script));
        File.Copy(script, copy, overwrite: true);
        var start = new ProcessStartInfo(node, [copy]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<byte[]> FetchAsync(string tarball)
    {
#pragma warning disable RS0030 // The test's own package, from a fixed address; nothing of the product.
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
#pragma warning restore RS0030
        try
        {
            return await client.GetByteArrayAsync($"https://registry.npmjs.org/{tarball}", TestContext.Current.CancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException { StatusCode: null } or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Skip($"registry.npmjs.org cannot be reached: {exception.Message}");
            throw;
        }
    }

    private static async Task InstallAsync(string target, byte[] tarball, string sha512)
    {
        Assert.Equal(sha512, Convert.ToBase64String(SHA512.HashData(tarball)));
        var unpacked = Directory.CreateDirectory($"{target}.unpacked").FullName;
        await using (var archive = new GZipStream(new MemoryStream(tarball), CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(archive, unpacked, overwriteFiles: true, TestContext.Current.CancellationToken);
        // In npm's archives everything lies in one folder, whose name is not always the same. Moving it last makes an interrupted installation begin anew.
        Directory.Move(Directory.GetDirectories(unpacked).Single(), target);
        Directory.Delete(unpacked, recursive: true);
    }
}
