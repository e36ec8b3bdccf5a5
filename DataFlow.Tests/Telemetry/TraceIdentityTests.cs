using System.Diagnostics;
using DataFlow.Engine.Observability;

namespace DataFlow.Tests.Telemetry;

public sealed class TraceIdentityTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    /// <summary>The runtime keeps the id in a field that is set from outside: another runtime may call it otherwise.</summary>
    [Fact]
    public void A_span_that_is_entered_has_the_id_it_was_given()
    {
        var identity = new TraceIdentity("ex-1a2b3c4d", new TraceOrigin(Caller));
        using var entered = identity.Enter("attempt", identity.Attempt("a", 2));

        Assert.Same(entered, Activity.Current);
        Assert.Equal($"00-4bf92f3577b34da6a3ce929d0e0e4736-{identity.Attempt("a", 2).ToHexString()}-00", entered.Id);
        using var child = new Activity("child").Start();
        Assert.Equal((identity.Attempt("a", 2), identity.TraceId), (child.ParentSpanId, child.TraceId));
    }

    [Fact]
    public void A_trace_of_its_own_is_given_to_a_span_without_a_parent()
    {
        var identity = new TraceIdentity("ex-1a2b3c4d", default);
        Activity.Current = null;
        using var root = new Activity("execution").Start();
        TraceIdentity.Give(root, identity.Execution, identity.TraceId);

        Assert.Equal($"00-{identity.TraceId.ToHexString()}-{identity.Execution.ToHexString()}-00", root.Id);
    }

    [Fact]
    public void Ids_are_the_same_whoever_asks_and_differ_between_spans_and_executions()
    {
        Assert.Equal(new TraceIdentity("ex-1", default).Attempt("a", 1), new TraceIdentity("ex-1", new TraceOrigin(Caller)).Attempt("a", 1));
        var one = new TraceIdentity("ex-1", default);
        var two = new TraceIdentity("ex-2", default);
        ActivitySpanId[] ids = [one.Execution, one.Task("a"), one.Task("b"), one.Attempt("a", 1), one.Attempt("a", 2), one.Attempt("b", 1), two.Execution, two.Task("a"), two.Attempt("a", 1)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.NotEqual(one.TraceId, two.TraceId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    public void A_traceparent_against_the_standard_is_left_alone(string? sent)
    {
        Activity.Current = null;
        Assert.Equal(default, EngineTracing.OriginOfNew(new TraceOrigin(sent, "vendor=1")));
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData(Caller)]
    public void A_traceparent_by_the_standard_is_kept(string sent)
    {
        Activity.Current = null;
        Assert.Equal(new TraceOrigin(sent), EngineTracing.OriginOfNew(new TraceOrigin(sent)));
    }

    [Theory]
    [InlineData("rojo=00f067aa0ba902b7", "rojo=00f067aa0ba902b7")]
    [InlineData(" a=1 ,, tenant@system=x y, b=2", "a=1,tenant@system=x y,b=2")]
    [InlineData("", null)]
    [InlineData("nonsense", null)]
    [InlineData("=1", null)]
    [InlineData("a=\u00e4", null)]
    public void A_tracestate_is_kept_with_its_parent_when_it_is_one(string sent, string? kept) =>
        Assert.Equal(new TraceOrigin(Caller, kept), TraceOrigin.Of(Caller, sent));

    [Fact]
    public void Of_a_long_tracestate_the_first_members_are_kept_whole()
    {
        var members = Enumerable.Range(0, 32).Select(i => $"k{i:00}=" + new string('v', 36)).ToArray();
        Assert.Equal(string.Join(',', members[..12]), TraceOrigin.Of(Caller, string.Join(',', members)).State);
        Assert.Null(TraceOrigin.Of(Caller, string.Join(',', members.Append("one=more"))).State);
    }
}
