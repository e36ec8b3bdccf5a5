using DataFlow.Web.Components.Values;

namespace DataFlow.Tests.Components;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(15_460, "15.5 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(10_000_000_000, "10 GB")]
    [InlineData(123_456_789_012_345, "123 TB")]
    public void Bytes_have_a_unit_and_two_or_three_figures(long bytes, string expected) => Assert.Equal(expected, SizeText.Bytes(bytes));
}
