using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using DataFlow.Engine.Egress;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;

namespace DataFlow.Engine.TaskTypes.OpenAI;

/// <summary>One call of a chat model: which key, over egress, without retries of its own (the engine's are durable and seen), every fault a failure.</summary>
internal sealed class OpenAIAccess(IOptions<OpenAIOptions> options, IConfiguration configuration, IEgressClientFactory egress)
{
    public const string Credential = "openai";

    public OpenAIOptions Options => options.Value;

    /// <summary>How to give a key, when the configuration has none and the endpoint is not this machine's.</summary>
    public string? MissingKey() => ConfiguredKey() is not null || IsLocal ? null
        : "No OpenAI key is configured: send one with the execution in the X-OpenAI-Key header, or set OpenAI:ApiKey in appsettings.json, or set the environment variable OPENAI_API_KEY.";

    /// <summary>Sends messages and reads the reply.</summary>
    /// <param name="body">As documented for <c>POST /chat/completions</c>.</param>
    /// <param name="model">Its model.</param>
    /// <param name="context">Brings the execution's key and the clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TaskFailedException"><c>openai_…</c>, or a fault of the network.</exception>
    public async Task<ChatReply> CompleteAsync(ReadOnlyMemory<byte> body, string model, TaskContext context, CancellationToken cancellationToken)
    {
        var key = context.Credentials.GetValueOrDefault(Credential) is { Length: > 0 } given ? given : ConfiguredKey();
        if (key is null && !IsLocal) throw new TaskFailedException(new("openai_unauthorized", MissingKey()!));

        using var transport = new HttpClientPipelineTransport(egress.For(EgressPurpose.OpenAI));
        var client = new ChatClient(model, new ApiKeyCredential(key ?? "none"), new OpenAIClientOptions
        {
            Endpoint = new(Options.BaseUrl),
            Transport = transport,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        });
        try
        {
            using var content = BinaryContent.Create(BinaryData.FromBytes(body));
            var result = await client.CompleteChatAsync(content, new() { CancellationToken = cancellationToken, ErrorOptions = ClientErrorBehaviors.NoThrow });
            using var response = result.GetRawResponse();
            if (OpenAIFailures.Of(response, key, context.Clock) is { } failure) throw new TaskFailedException(failure);
            return ChatReply.Read(response.Content.ToMemory());
        }
        catch (JsonException broken)
        {
            throw new TaskFailedException(OpenAIFailures.BadReply, broken);
        }
        catch (Exception fault) when (fault is not TaskFailedException && EgressFailures.From(fault, cancellationToken) is { } failure)
        {
            throw new TaskFailedException(failure.Code is "connection_lost" or "bad_response" ? OpenAIFailures.BadReply : failure, fault);
        }
    }

    private bool IsLocal => EgressPolicy.NamesLoopback(TrustedOrigin.Of(EgressPurpose.OpenAI, new(Options.BaseUrl)).Host);

    private string? ConfiguredKey() => Options.ApiKey is { Length: > 0 } key ? key : configuration["OPENAI_API_KEY"] is { Length: > 0 } variable ? variable : null;
}
