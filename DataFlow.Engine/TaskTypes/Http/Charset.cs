using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.TaskTypes.Http;

/// <summary>Reads bytes as text the way browsers do: byte order mark, then what the server says, then what the page says, then UTF-8 if it is that, else windows-1252.</summary>
internal static partial class Charset
{
    // Browsers look for <meta charset> this far.
    private const int Prescan = 1_024;

    private static readonly EncodingProvider CodePages = CodePagesEncodingProvider.Instance;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Where the encoding standard reads a label as another encoding than its name says.
    private static readonly FrozenDictionary<string, string> ReadAs = new Dictionary<string, string>
    {
        ["ascii"] = "windows-1252", ["us-ascii"] = "windows-1252", ["iso-8859-1"] = "windows-1252", ["iso8859-1"] = "windows-1252", ["iso_8859-1"] = "windows-1252",
        ["latin1"] = "windows-1252", ["l1"] = "windows-1252", ["cp1252"] = "windows-1252", ["ansi_x3.4-1968"] = "windows-1252", ["x-cp1252"] = "windows-1252",
        ["iso-8859-9"] = "windows-1254", ["latin5"] = "windows-1254", ["iso-8859-11"] = "windows-874", ["tis-620"] = "windows-874",
        ["gb2312"] = "gb18030", ["gbk"] = "gb18030", ["x-gbk"] = "gb18030", ["chinese"] = "gb18030",
        ["sjis"] = "shift_jis", ["x-sjis"] = "shift_jis", ["windows-31j"] = "shift_jis", ["ms_kanji"] = "shift_jis",
        ["euc-kr"] = "ks_c_5601-1987", ["ksc5601"] = "ks_c_5601-1987", ["korean"] = "ks_c_5601-1987",
        ["utf8"] = "utf-8", ["unicode-1-1-utf-8"] = "utf-8", ["cp1251"] = "windows-1251", ["cp1250"] = "windows-1250", ["koi8"] = "koi8-r", ["koi"] = "koi8-r",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The text.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="declared">The charset of <c>Content-Type</c>.</param>
    /// <param name="isHtml">Whether a page may say its charset itself.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? declared, bool isHtml) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, .. var rest] => Utf8.GetString(rest),
        [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
        [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
        _ => (Find(declared) ?? (isHtml ? FromMeta(bytes) : null) ?? Guess(bytes)).GetString(bytes),
    };

    private static Encoding Guess(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Utf8 : Find("windows-1252")!;

    private static Encoding? FromMeta(ReadOnlySpan<byte> bytes)
    {
        var head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Prescan)]);
        if (XmlDeclaration().Match(head) is { Success: true } xml && Find(xml.Groups["name"].Value) is { } declared) return declared;
        foreach (Match tag in Meta().Matches(Comment().Replace(head, "")))
            if (MetaCharset().Match(tag.Value) is { Success: true } found && Find(found.Groups["name"].Value) is { } encoding)
                // A page that could be read this far is not in UTF-16, whatever it says.
                return encoding is UnicodeEncoding ? Utf8 : encoding;
        return null;
    }

    private static Encoding? Find(string? label)
    {
        if (string.IsNullOrWhiteSpace(label)) return null;
        label = label.Trim();
        var name = ReadAs.GetValueOrDefault(label, label);
        try
        {
            return name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? Utf8
                : name.StartsWith("utf-7", StringComparison.OrdinalIgnoreCase) ? null
                : CodePages.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex("<!--.*?(-->|$)", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();

    [GeneratedRegex(@"<meta[\s/][^>]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Meta();

    [GeneratedRegex(@"charset\s*=\s*[""']?\s*(?<name>[^\s""'/>;]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MetaCharset();

    [GeneratedRegex(@"^<\?xml[^>]*\sencoding\s*=\s*[""'](?<name>[^""']+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex XmlDeclaration();
}
