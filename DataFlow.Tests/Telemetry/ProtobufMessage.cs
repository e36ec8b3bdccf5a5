using System.Buffers.Binary;
using System.Text;

namespace DataFlow.Tests.Telemetry;

/// <summary>Fields of a protobuf message by number, read by the wire format's own rules; anything else is an error.</summary>
internal sealed class ProtobufMessage
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<(int Number, int Wire, byte[] Bytes, ulong Value)> _fields = [];

    public static ProtobufMessage Read(ReadOnlySpan<byte> bytes)
    {
        var message = new ProtobufMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes, ref at);
            var (number, wire) = ((int)(tag >> 3), (int)(tag & 7));
            if (number == 0) throw new FormatException("There is no field 0.");
            switch (wire)
            {
                case 0: message._fields.Add((number, wire, [], Varint(bytes, ref at))); break;
                case 1: message._fields.Add((number, wire, [], BinaryPrimitives.ReadUInt64LittleEndian(Take(bytes, ref at, 8)))); break;
                case 2: message._fields.Add((number, wire, Take(bytes, ref at, (int)Varint(bytes, ref at)).ToArray(), 0)); break;
                case 5: message._fields.Add((number, wire, [], BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, ref at, 4)))); break;
                default: throw new FormatException($"Field {number} has wire type {wire}.");
            }
        }
        return message;
    }

    public IEnumerable<ProtobufMessage> Messages(int number) => _fields.Where(field => field.Number == number).Select(field => Read(Lengthy(field)));

    public byte[] Bytes(int number) => _fields.Where(field => field.Number == number).Select(Lengthy).LastOrDefault() ?? [];

    public string Text(int number) => s_strict.GetString(Bytes(number));

    /// <summary>A number, a boolean, an enumeration; <c>null</c>: not there.</summary>
    public ulong? Number(int number) => _fields.Where(field => field.Number == number).Select(field => field.Wire == 2 ? throw new FormatException($"Field {number} is no number.") : (ulong?)field.Value).LastOrDefault();

    /// <summary>A time as <c>fixed64</c>, which OTLP demands.</summary>
    public ulong Fixed64(int number) => _fields.Single(field => field.Number == number) is { Wire: 1, Value: var value } ? value : throw new FormatException($"Field {number} is no fixed64.");

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    private static byte[] Lengthy((int Number, int Wire, byte[] Bytes, ulong Value) field) => field.Wire == 2 ? field.Bytes : throw new FormatException($"Field {field.Number} has no length.");

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, int length)
    {
        if (length < 0 || length > bytes.Length - at) throw new FormatException("The message ends in the middle of a field.");
        at += length;
        return bytes.Slice(at - length, length);
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == bytes.Length) throw new FormatException("The message ends in the middle of a number.");
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw new FormatException("A number of more than 64 bits.");
    }
}
