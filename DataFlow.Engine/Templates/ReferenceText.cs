using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace DataFlow.Engine.Templates;

/// <summary>Writes references the way a user would.</summary>
internal static class ReferenceText
{
    public static string Of(Reference reference) => Of(reference.Root, reference.Name, reference.Path, reference.Path.Length);

    /// <summary>The reference up to, not including, the segment at <paramref name="count"/>.</summary>
    public static string Of(ReferenceRoot root, string name, ImmutableArray<PathSegment> path, int count)
    {
        var text = new StringBuilder(root switch
        {
            ReferenceRoot.Input => "input",
            ReferenceRoot.Task => "refs",
            ReferenceRoot.Item => "item",
            ReferenceRoot.Index => "index",
            ReferenceRoot.ExecutionId => "execution.id",
            ReferenceRoot.WorkflowId => "workflow.id",
            _ => "secrets",
        });
        if (root is ReferenceRoot.Input or ReferenceRoot.Task or ReferenceRoot.Secret)
        {
            Append(text, PathSegment.Member(name));
        }

        if (root == ReferenceRoot.Task)
        {
            text.Append(".output");
        }

        for (var i = 0; i < count; i++)
        {
            Append(text, path[i]);
        }

        return text.ToString();
    }

    public static void Append(StringBuilder text, PathSegment segment)
    {
        if (segment.Index is { } index)
        {
            text.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
        }
        else if (segment.Name is null)
        {
            text.Append("[…]");
        }
        else if (IsIdentifier(segment.Name))
        {
            text.Append('.').Append(segment.Name);
        }
        else
        {
            text.Append("[\"").Append(segment.Name).Append("\"]");
        }
    }

    public static bool IsIdentifier(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }
}
