using System.Buffers;

namespace DataFlow.Engine.TaskTypes.Http;

/// <summary>What users see of an exchange: a line about the reply, and how far its body has come.</summary>
internal static class ReplyBody
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>What is announced is reserved up to here; beyond it the announcement may be a lie.</summary>
    private const int MostReserved = 10_000_000;

    /// <summary>Nobody can read faster.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends the request and writes a line about what was answered.</summary>
    public static async Task<HttpResponseMessage> SendAsync(TaskContext context, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (asked, started) = (request.RequestUri!, context.Clock.GetTimestamp());
        var response = await context.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var redirected = response.RequestMessage?.RequestUri is { } last && last != asked ? $" after a redirect to {Shown(last)}" : "";
        context.Log(
            response.IsSuccessStatusCode ? TaskLogLevel.Information : TaskLogLevel.Warning,
            $"{request.Method} {Shown(asked)}{redirected}: {(int)response.StatusCode} in {Seconds(context.Clock.GetElapsedTime(started))} s.");
        return response;
    }

    /// <summary>Reads the whole body and reports while it comes; a quick one is there before anybody could look.</summary>
    public static async Task<byte[]> ReadAsync(TaskContext context, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (clock, announced) = (context.Clock, response.Content.Headers.ContentLength);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream(announced is > 0 and <= MostReserved and var size ? (int)size : 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (reported, isSlow) = (clock.GetTimestamp(), false);
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                whole.Write(buffer, 0, read);
                if (clock.GetElapsedTime(reported) < Pause) continue;
                (reported, isSlow) = (clock.GetTimestamp(), true);
                context.Report(whole.Length, announced, "bytes");
            }
            if (isSlow) context.Report(whole.Length, announced, "bytes");
            return whole.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Without its query, which may hold a key.</summary>
    private static string Shown(Uri url) => $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}{url.AbsolutePath}{(url.Query.Length > 1 ? "?…" : "")}";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0##", System.Globalization.CultureInfo.InvariantCulture);
}
