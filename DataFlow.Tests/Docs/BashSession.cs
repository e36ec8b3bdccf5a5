using System.Diagnostics;
using System.Text;

namespace DataFlow.Tests.Docs;

/// <summary>One shell that commands are typed into, one block after another, as a reader of a page does.</summary>
internal sealed class BashSession : IAsyncDisposable
{
    private const string Mark = "\u001e";

    private readonly Process shell;

    public BashSession(string folder)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-u"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder, StandardOutputEncoding = Encoding.UTF8,
        };
        // A proxy of the machine has no business between two programs on it.
        start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
        shell = Process.Start(start)!;
    }

    /// <summary>Runs a block; answers what it wrote.</summary>
    public async Task<string> RunAsync(string block, CancellationToken cancellationToken)
    {
        await shell.StandardInput.WriteLineAsync($"{block}\nprintf '\\036%s\\n' $?".AsMemory(), cancellationToken);
        await shell.StandardInput.FlushAsync(cancellationToken);
        var output = new StringBuilder();
        while (await shell.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            var end = line.IndexOf(Mark, StringComparison.Ordinal);
            if (end < 0)
            {
                output.Append(line).Append('\n');
                continue;
            }
            // A reply without a line end stands on the line of the mark.
            output.Append(line, 0, end);
            Assert.True(line[(end + 1)..] == "0", $"{block}\nended with {line[(end + 1)..]}: {output}");
            return output.ToString();
        }
        throw new InvalidOperationException($"The shell ended in\n{block}\n{await shell.StandardError.ReadToEndAsync(cancellationToken)}");
    }

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        if (!shell.WaitForExit(TimeSpan.FromSeconds(5))) shell.Kill(entireProcessTree: true);
        await shell.WaitForExitAsync();
        shell.Dispose();
    }
}
