using System.Buffers;

namespace DataFlow.Engine.Storage;

/// <summary>
/// How many durations there were of about which length: enough for any percentile within <see cref="RelativeError"/>, in a few hundred bytes however many there
/// were. Sketches of neighbouring times add up and can be taken from one another.
/// </summary>
internal sealed class DurationSketch
{
    /// <summary>A percentile is at most this part of it too long or too short.</summary>
    public const double RelativeError = 0.02;

    /// <summary>Each class is by this factor longer than the one before.</summary>
    private const double Growth = (1 + RelativeError) / (1 - RelativeError);

    private static readonly double s_logarithm = Math.Log(Growth);

    private readonly SortedList<int, long> _counts = [];

    /// <summary>How many durations.</summary>
    public long Count { get; private set; }

    /// <param name="microseconds">How long; a clock that went backwards counts as nothing.</param>
    /// <param name="count">-1: one that was added did not happen after all.</param>
    public void Add(long microseconds, int count = 1) => AddTo(ClassOf(microseconds), count);

    /// <summary>All of another, <paramref name="sign"/> -1: taken away.</summary>
    public void Add(DurationSketch other, int sign = 1)
    {
        foreach (var (place, count) in other._counts)
            AddTo(place, sign * count);
    }

    /// <summary>The duration that so many of a hundred do not exceed; <c>null</c>: there is none.</summary>
    public TimeSpan? Percentile(int percent)
    {
        var rank = (Count * percent + 99) / 100;
        foreach (var (place, count) in _counts)
        {
            rank -= count;
            if (rank <= 0)
                return LengthOf(place);
        }
        return null;
    }

    /// <summary>Pairs of class and count, each class as the step from the one before.</summary>
    public byte[] Write()
    {
        var bytes = new ArrayBufferWriter<byte>(4 * _counts.Count + 1);
        var before = 0;
        foreach (var (place, count) in _counts)
        {
            WriteNumber(bytes, place - before);
            WriteNumber(bytes, count);
            before = place;
        }
        return bytes.WrittenSpan.ToArray();
    }

    public static DurationSketch Read(ReadOnlySpan<byte> bytes)
    {
        var sketch = new DurationSketch();
        for (var place = 0; !bytes.IsEmpty;)
        {
            place += (int)ReadNumber(ref bytes);
            sketch.AddTo(place, ReadNumber(ref bytes));
        }
        return sketch;
    }

    private void AddTo(int place, long count)
    {
        Count += count;
        var now = _counts.GetValueOrDefault(place) + count;
        if (now == 0)
            _counts.Remove(place);
        else
            _counts[place] = now;
    }

    /// <summary>0: none to speak of; else from <c>Growth^(n-1)</c> to <c>Growth^n</c> microseconds.</summary>
    private static int ClassOf(long microseconds) => microseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(microseconds) / s_logarithm);

    /// <summary>Equally far, in proportion, from both ends of its class.</summary>
    private static TimeSpan LengthOf(int place) =>
        place == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(Math.Round(2 * Math.Pow(Growth, place) / (Growth + 1)));

    private static void WriteNumber(ArrayBufferWriter<byte> bytes, long number)
    {
        var rest = (ulong)number;
        for (; rest >= 0x80; rest >>= 7)
            WriteByte(bytes, (byte)(rest | 0x80));
        WriteByte(bytes, (byte)rest);
    }

    private static void WriteByte(ArrayBufferWriter<byte> bytes, byte value)
    {
        bytes.GetSpan(1)[0] = value;
        bytes.Advance(1);
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return (long)number;
        }
    }
}
