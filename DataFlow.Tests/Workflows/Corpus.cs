using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit.Sdk;

namespace DataFlow.Tests.Workflows;

/// <summary>One definition of the corpus and what must be said about it.</summary>
public sealed class CorpusCase : IXunitSerializable
{
    private static readonly JsonSerializerOptions s_wire = new() { MaxDepth = 128 };

    /// <summary>Which rule of the contract it is about.</summary>
    [JsonRequired]
    public string Name { get; set; } = "";

    /// <summary>The definition, when it is JSON worth reading.</summary>
    public JsonElement? Definition { get; set; }

    /// <summary>The definition, when its text matters.</summary>
    public string? DefinitionText { get; set; }

    /// <summary>The definition, when its bytes matter.</summary>
    public string? DefinitionBase64 { get; set; }

    /// <summary>How often the text is repeated.</summary>
    public int Repeat { get; set; } = 1;

    /// <summary>The length it is padded to with blanks.</summary>
    public int Padding { get; set; }

    /// <summary>Exactly what is wrong, in order.</summary>
    public CorpusProblem[] Problems { get; set; } = [];

    public string File { get; set; } = "";

    [JsonIgnore]
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            if (DefinitionBase64 is { } base64) return Convert.FromBase64String(base64);
            var text = Definition is { } json ? json.GetRawText() : DefinitionText ?? throw new InvalidOperationException($"{this} has no definition.");
            return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, Repeat)).PadRight(Padding));
        }
    }

    public override string ToString() => $"{File}: {Name}";

    public void Serialize(IXunitSerializationInfo info) => info.AddValue("case", JsonSerializer.Serialize(this, s_wire));

    public void Deserialize(IXunitSerializationInfo info)
    {
        var read = JsonSerializer.Deserialize<CorpusCase>(info.GetValue<string>("case")!, s_wire)!;
        (Name, Definition, DefinitionText, DefinitionBase64, Repeat, Padding, Problems, File) =
            (read.Name, read.Definition, read.DefinitionText, read.DefinitionBase64, read.Repeat, read.Padding, read.Problems, read.File);
    }
}

/// <summary>What must be said.</summary>
public sealed record CorpusProblem(string Pointer, string Code);

/// <summary>The files under <c>Workflows/Corpus</c>.</summary>
internal static class Corpus
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = true, MaxDepth = 128 };

    public static IReadOnlyList<CorpusCase> Broken { get; } = Read("broken");

    public static IReadOnlyList<CorpusCase> Good { get; } = Read("good");

    private static List<CorpusCase> Read(string folder)
    {
        var cases = new List<CorpusCase>();
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Workflows", "Corpus", folder), "*.json").Order(StringComparer.Ordinal))
            foreach (var each in JsonSerializer.Deserialize<CorpusCase[]>(System.IO.File.ReadAllText(path), s_options)!)
            {
                each.File = $"{folder}/{Path.GetFileNameWithoutExtension(path)}";
                cases.Add(each);
            }

        return cases;
    }
}
