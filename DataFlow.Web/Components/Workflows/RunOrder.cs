using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Web.Components.Workflows;

/// <summary>What the run form asks for.</summary>
public sealed record RunOrder(JsonElement Input, string? WebhookUrl, ImmutableDictionary<string, string> Credentials);
