using DataFlow.Engine;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Docs;

public sealed class GlossaryTests
{
    [Fact]
    public void Every_type_that_a_word_names_exists()
    {
        var types = typeof(WorkflowEngine).Assembly.GetTypes().Select(type => type.Name.Split('`')[0]).ToHashSet();
        var named = MarkdownBlocks.Rows(File.ReadAllText(RepositoryFiles.Of("docs", "GLOSSARY.md")), "word")
            .SelectMany(row => row[2].Split(", ")).Where(name => name.StartsWith('`')).Select(name => name.Trim('`').Split('<', '.')[0]).ToList();

        Assert.True(named.Count >= 10);
        Assert.Empty(named.Except(types));
    }
}
