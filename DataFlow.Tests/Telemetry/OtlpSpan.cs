namespace DataFlow.Tests.Telemetry;

/// <summary>A moment of a span.</summary>
internal sealed record OtlpEvent(string Name, DateTimeOffset At);

/// <summary>A span as <c>opentelemetry/proto/trace/v1/trace.proto</c> has it.</summary>
internal sealed record OtlpSpan(
    string Service, string Scope, string TraceId, string SpanId, string ParentId, string Name, int Kind, DateTimeOffset Start, DateTimeOffset End,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<OtlpEvent> Events, int Status, string StatusMessage)
{
    public const int Error = 2;

    /// <summary>Everything of it as text, to look for what must not be there.</summary>
    public string Everything => string.Join('\n', [Name, StatusMessage, .. Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"), .. Events.Select(e => e.Name)]);

    /// <summary>Reads an <c>ExportTraceServiceRequest</c>.</summary>
    public static IEnumerable<OtlpSpan> ReadAll(byte[] request) =>
        from resource in ProtobufMessage.Read(request).Messages(1).ToArray()
        let service = Attribute(resource.Messages(1).SelectMany(one => one.Messages(1))).GetValueOrDefault("service.name", "")
        from scope in resource.Messages(2)
        let name = scope.Messages(1).SingleOrDefault()?.Text(1) ?? ""
        from span in scope.Messages(2)
        select Read(service, name, span);

    private static OtlpSpan Read(string service, string scope, ProtobufMessage span)
    {
        var status = span.Messages(15).SingleOrDefault();
        var read = new OtlpSpan(
            service, scope, Id(span.Bytes(1), 16), Id(span.Bytes(2), 8), span.Has(4) && span.Bytes(4).Length > 0 ? Id(span.Bytes(4), 8) : "", span.Text(5), (int)(span.Number(6) ?? 0),
            Time(span.Fixed64(7)), Time(span.Fixed64(8)), Attribute(span.Messages(9)),
            [.. span.Messages(11).Select(e => new OtlpEvent(e.Text(2), Time(e.Fixed64(1))))], (int)(status?.Number(3) ?? 0), status?.Text(2) ?? "");
        if (read.Name.Length == 0 || read.End < read.Start) throw new FormatException($"No span: {read}");
        return read;
    }

    private static Dictionary<string, string> Attribute(IEnumerable<ProtobufMessage> attributes) =>
        attributes.ToDictionary(attribute => attribute.Text(1), attribute => Value(attribute.Messages(2).Single()));

    private static string Value(ProtobufMessage value) =>
        value.Has(1) ? value.Text(1) : value.Number(2) is { } truth ? (truth == 1 ? "true" : "false") : value.Number(3) is { } number ? ((long)number).ToString() : "";

    private static string Id(byte[] bytes, int length) =>
        bytes.Length == length && bytes.Any(one => one != 0) ? Convert.ToHexStringLower(bytes) : throw new FormatException($"An id of {bytes.Length} bytes, or of zeros.");

    private static DateTimeOffset Time(ulong nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100));
}
