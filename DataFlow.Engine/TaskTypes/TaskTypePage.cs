using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>Writes the reference pages of task types, in Markdown, from their specifications alone.</summary>
public static class TaskTypePage
{
    private static readonly JsonSerializerOptions Indented = new(TaskJson.Options) { WriteIndented = true, NewLine = "\n" };

    /// <summary>The page's file: <c>web-extract-text.md</c>.</summary>
    public static string FileName(TaskSpecification specification) =>
        string.Join('-', specification.Type.Split('.').Select(JsonNamingPolicy.KebabCaseLower.ConvertName)) + ".md";

    /// <summary>The page: what it does, its inputs and outputs, how it may be repeated, an example.</summary>
    public static string Render(TaskSpecification specification)
    {
        var page = new StringBuilder();
        Paragraph(page, $"# {specification.Type}");
        Paragraph(page, Escape(specification.Description));
        if (specification.Aliases is { Length: > 0 } aliases) Paragraph(page, $"Also read as: {string.Join(", ", aliases.Select(Code))}.");
        if (specification.Credential is { } credential) Paragraph(page, $"It needs a credential: {Code(credential)}.");
        Paragraph(page, "## Inputs");
        Table(page, ["Name", "Type", "Required", "Default", "Description"], Rows(specification.Input, "").Select(row => new[]
        {
            Code(row.Path), TypeOf(row.Field.Schema), row.Field.Required ? "yes" : "no", row.Field.Default is { } value ? Code(value.GetRawText()) : "", About(row.Field.Schema),
        }));
        Paragraph(page, "## Outputs");
        if (specification.Output.Properties is { Length: > 0 })
            Table(page, ["Name", "Type", "Description"], Rows(specification.Output, "").Select(row => new[] { MainMarked(row.Path, specification), TypeOf(row.Field.Schema), About(row.Field.Schema) }));
        else
            Paragraph(page, "None.");
        Paragraph(page, "## Repeating");
        Paragraph(page, Repeating(specification.Repeat));
        Paragraph(page, "## Example");
        Paragraph(page, $"```json\n{JsonSerializer.Serialize(specification.Example, Indented)}\n```");
        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The page that lists all pages, by category.</summary>
    public static string RenderIndex(IEnumerable<TaskSpecification> specifications)
    {
        var page = new StringBuilder();
        Paragraph(page, "# Task types");
        Paragraph(page, "These pages are written from the specifications of the task types, which `GET /task-types` gives as JSON.");
        foreach (var category in specifications.GroupBy(s => s.Category).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Paragraph(page, $"## {category.Key}");
            Table(page, ["Type", "What it does"], category.OrderBy(s => s.Type, StringComparer.Ordinal).Select(s => new[] { $"[{s.Type}]({FileName(s)})", Escape(s.Description) }));
        }
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static IEnumerable<(string Path, PropertySchema Field)> Rows(ValueSchema schema, string prefix)
    {
        foreach (var field in schema.Properties ?? [])
        {
            var path = prefix + field.Name;
            yield return (path, field);
            var (inner, separator) = field.Schema is { Type: DataType.Array, Items: { } items } ? (items, "[].") : (field.Schema, ".");
            foreach (var row in Rows(inner, path + separator)) yield return row;
        }
    }

    private static string MainMarked(string path, TaskSpecification specification) => path == specification.MainOutput ? $"**{Code(path)}**" : Code(path);

    private static string TypeOf(ValueSchema schema)
    {
        var name = schema switch
        {
            { Choices: { Length: > 0 } choices } => string.Join(", ", choices.Select(choice => Code(choice.GetRawText()))),
            { Type: DataType.Array, Items: { } items } => $"array of {TypeOf(items)}",
            { Type: DataType.Object, Items: { Type: not DataType.Any } values } => $"object of {TypeOf(values)}",
            { Format: { } format } => $"{Name(schema.Type)} ({format})",
            _ => Name(schema.Type),
        };
        return schema is { Nullable: true, Type: not DataType.Any } ? $"{name} or null" : name;
    }

    private static string Name(DataType type) => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString());

    private static string About(ValueSchema schema)
    {
        var about = new StringBuilder(Escape(schema.Description ?? ""));
        about.Append(Limits(schema.Minimum, schema.Maximum, "")).Append(Limits(schema.MinLength, schema.MaxLength, schema.Type == DataType.String ? " characters" : " items"));
        if (schema.Pattern is { } pattern) about.Append(CultureInfo.InvariantCulture, $" Matches {Code(pattern)}.");
        if (schema.Secret) about.Append(CultureInfo.InvariantCulture, $" Secret: takes {Code("{{secrets.NAME}}")} and is never shown.");
        if (schema.Example is { } example) about.Append(CultureInfo.InvariantCulture, $" Example: {Code(example.GetRawText())}.");
        return about.ToString();
    }

    private static string Limits(double? least, double? most, string unit) => (least, most) switch
    {
        ({ } from, { } to) => string.Create(CultureInfo.InvariantCulture, $" Between {from:#,0.####} and {to:#,0.####}{unit}."),
        ({ } from, null) => string.Create(CultureInfo.InvariantCulture, $" At least {from:#,0.####}{unit}."),
        (null, { } to) => string.Create(CultureInfo.InvariantCulture, $" At most {to:#,0.####}{unit}."),
        _ => "",
    };

    private static string Repeating(TaskRepeat repeat) => repeat switch
    {
        TaskRepeat.Pure => "It has no effect outside. After a crash it simply runs again.",
        TaskRepeat.Idempotent => "After a crash it runs again with the same input, because doing it twice does no harm.",
        _ => "After a crash it is not run again, because its effect may have happened: it fails with `interrupted`, unless the task's own `retry` says otherwise.",
    };

    private static void Paragraph(StringBuilder page, string text) => page.Append(text).Append("\n\n");

    private static void Table(StringBuilder page, string[] head, IEnumerable<string[]> rows)
    {
        Row(page, head);
        Row(page, [.. head.Select(_ => "---")]);
        foreach (var row in rows) Row(page, row);
        page.Append('\n');
    }

    private static void Row(StringBuilder page, string[] cells) => page.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static string Code(string text) => text.Contains('`', StringComparison.Ordinal) ? $"`` {text} ``" : $"`{text}`";

    // Outside `code`, what Markdown and MDX would take for their own.
    private static string Escape(string text)
    {
        var parts = text.Split('`');
        for (var i = 0; i < parts.Length; i += 2)
            foreach (var own in (ReadOnlySpan<string>)["\\", "<", "{", "*", "["])
                parts[i] = parts[i].Replace(own, "\\" + own, StringComparison.Ordinal);
        return string.Join('`', parts);
    }
}
