using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Web.Components.Executions;

/// <summary>How many executions a filter finds, by walking through the list: bounded, so that nobody waits long for a number.</summary>
internal static class ExecutionCount
{
    /// <summary>Counting ends here.</summary>
    public const int Most = 10_000;

    private const int LongestPage = 100;

    /// <param name="list">The engine's door.</param>
    /// <param name="query">What to count; its limit and cursor are not looked at.</param>
    /// <returns>How many; <c>null</c>: more than <see cref="Most"/>.</returns>
    public static async Task<Answer<int?>> OfAsync(Func<ExecutionQuery, Task<Answer<Page<ExecutionSummary>>>> list, ExecutionQuery query)
    {
        var count = 0;
        string? cursor = null;
        do
        {
            var answer = await list(query with { Limit = LongestPage, Cursor = cursor });
            if (!answer.IsOk) return answer.Refusal;
            count += answer.Value.Items.Length;
            cursor = answer.Value.NextCursor;
        }
        while (cursor is not null && count <= Most);
        return count > Most ? (int?)null : count;
    }
}
