using System.Text.Json;
using DataFlow.Tests.Support;
using DataFlow.Web.Samples;

namespace DataFlow.Tests.Samples;

public sealed class SampleGalleryTests(SampleGalleryTests.Samples fixture) : IClassFixture<SampleGalleryTests.Samples>
{
    /// <summary>A server that allows its own samples to be asked for.</summary>
    public sealed class Samples : IAsyncLifetime
    {
        internal AppServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await AppServer.StartAsync(settings: "DataFlow:Samples=true");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    public static TheoryData<string> Ids => [.. new SampleGallery(() => null).All.Select(sample => sample.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_sample_is_valid_and_runs_as_it_is_to_its_end(string id)
    {
        var sample = fixture.Server.Get<SampleGallery>().Find(id)!;
        var checkedOver = await fixture.Server.PostAsync("/workflows/validate", sample.Json);
        Assert.True(checkedOver.Status == 200 && checkedOver.Json.GetProperty("valid").GetBoolean(), checkedOver.ToString());

        var document = await fixture.Server.RunAsync(await fixture.Server.CreateAsync(sample.Json));

        Assert.True(document.GetProperty("status").GetString() == "COMPLETED", document.ToString());
        Assert.All(document.GetProperty("output").EnumerateObject(), output => Assert.NotEqual(JsonValueKind.Null, output.Value.ValueKind));
    }

    [Theory]
    [InlineData("shorten-a-note", "short_note", "In short (2 of 6 sentences): ")]
    [InlineData("approve-an-order", "answer", "Approved: Ada's order of 80.")]
    [InlineData("keep-going", "report", "250 at 1.08 is 270")]
    [InlineData("remind-me", "reminder", "Think of the kettle. (That was 3 s ago.)")]
    [InlineData("read-json", "report", "4 things: Biscuits, Cup, Kettle, Tea. Expensive: Kettle Cup ")]
    [InlineData("orders-from-an-api", "report", "3 open orders of 5:\nA-1002 (Grace): 120.0")]
    [InlineData("three-at-once", "report", "“A lighthouse is a simple thing. It is a…” has 64 words.")]
    public async Task A_sample_does_what_it_says(string id, string output, string expected)
    {
        var document = await fixture.Server.RunAsync(await fixture.Server.CreateAsync(fixture.Server.Get<SampleGallery>().Find(id)!.Json));
        Assert.StartsWith(expected, document.GetProperty("output").GetProperty(output).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_order_goes_the_other_way()
    {
        var workflow = await fixture.Server.CreateAsync(fixture.Server.Get<SampleGallery>().Find("approve-an-order")!.Json);
        var document = await fixture.Server.RunAsync(workflow, """{"input":{"amount":130}}""");
        Assert.Equal("Please look at Ada's order: 30 over the limit.", document.GetProperty("output").GetProperty("answer").GetString());
    }
}
