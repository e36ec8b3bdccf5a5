using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// Replaces what must not be told by <c>***</c>: the execution's credentials and the values of the task's secret fields, also as they look in base64, hex, a URL or
/// JSON. The second line of defence: task types do not write such values in the first place.
/// </summary>
internal sealed class SecretMasker
{
    public const string Mask = "***";

    /// <summary>Shorter ones stand in ordinary words, and mask those.</summary>
    private const int ShortestValue = 4;

    private const int ShortestEncoded = 6;

    // Header fields whose values are no secret although they stand in a secret field; masked, they would take "text/html" out of every line.
    private static readonly ImmutableHashSet<string> Harmless = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase, "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Cache-Control", "Content-Type", "User-Agent");

    private readonly ImmutableArray<string> _forms;

    public SecretMasker(IEnumerable<string> secrets) =>
        _forms = [.. secrets.Where(secret => secret.Length >= ShortestValue).SelectMany(Forms).Distinct().OrderByDescending(form => form.Length)];

    /// <summary>Characters of the longest of what it replaces.</summary>
    public int Longest => _forms.IsEmpty ? 0 : _forms[0].Length;

    /// <summary>For one attempt.</summary>
    public static SecretMasker For(TaskContext context)
    {
        var secrets = new List<string>(context.Credentials.Values);
        if (context is { Specification: { } specification, Input.ValueKind: JsonValueKind.Object }) Collect(context.Input, specification.Input, secrets);
        return new SecretMasker(secrets);
    }

    public string Clean(string text)
    {
        foreach (var form in _forms) text = text.Replace(form, Mask, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private static void Collect(JsonElement value, ValueSchema schema, List<string> secrets)
    {
        if (schema.Secret) Leaves(value, null, secrets);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (var member in value.EnumerateObject())
                if ((schema.Find(member.Name)?.Schema ?? schema.Items) is { } inner) Collect(member.Value, inner, secrets);
                else continue;
        else if (value.ValueKind == JsonValueKind.Array && schema.Items is { } items)
            foreach (var item in value.EnumerateArray()) Collect(item, items, secrets);
    }

    private static void Leaves(JsonElement value, string? name, List<string> secrets)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject()) Leaves(member.Value, member.Name, secrets);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Leaves(item, name, secrets);
                break;
            case JsonValueKind.String when name is null || !Harmless.Contains(name):
                var text = value.GetString()!;
                secrets.Add(text);
                // "Bearer abc": the scheme is no secret, what follows is one also where it stands alone.
                if (text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space) secrets.Add(text[(space + 1)..].Trim());
                break;
        }
    }

    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        var bytes = Encoding.UTF8.GetBytes(secret);
        string[] encoded =
        [
            Convert.ToBase64String(bytes), Convert.ToBase64String(bytes).TrimEnd('='), Convert.ToHexString(bytes), Uri.EscapeDataString(secret),
            JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
        ];
        foreach (var form in encoded)
            if (form.Length >= ShortestEncoded) yield return form;
    }
}
