namespace DataFlow.Web.Components.Workflows;

/// <summary>What a new workflow begins as: small, valid, and showing inputs, a task, a reference and an output.</summary>
internal static class StartingDefinition
{
    public const string Json = """
        {
          "name": "My workflow",
          "description": "Downloads a web page and returns its main text.",
          "input": [
            { "name": "webpage_url", "type": "string", "default": "https://example.com", "description": "The page to read." }
          ],
          "tasks": [
            {
              "ref": "download_webpage",
              "type": "Web.Download",
              "input": { "url": "{{input.webpage_url}}" }
            },
            {
              "ref": "extract_text",
              "type": "Web.ExtractText",
              "input": { "html_content": "{{refs.download_webpage.output.html_content}}" }
            }
          ],
          "output": [
            { "name": "text", "type": "string", "value": "{{refs.extract_text.output.text}}" }
          ]
        }
        """;

    /// <summary>Nothing yet, and where it will be.</summary>
    public const string Blank = """{ "name": "My workflow", "input": [], "tasks": [], "output": [] }""";
}
