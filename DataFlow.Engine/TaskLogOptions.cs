using System.ComponentModel.DataAnnotations;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine;

/// <summary>Settings of the lines that tasks write, section <c>DataFlow:Logs</c>.</summary>
public sealed class TaskLogOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Logs";

    /// <summary>Lines below it are not kept. Default Information: Debug lines are for whoever looks for a fault in a task type.</summary>
    public TaskLogLevel MinimumLevel { get; set; } = TaskLogLevel.Information;

    /// <summary>Lines kept of one execution. Default 10,000; when they are full one line says so, and only errors go on, a tenth as many.</summary>
    [Range(10, 1_000_000)]
    public int MaxLines { get; set; } = 10_000;

    /// <summary>Bytes of text kept of one execution, a tenth more for errors. Default 4 MB: a search through them stays quick.</summary>
    [Range(10_000, 1_000_000_000)]
    public long MaxBytes { get; set; } = 4_000_000;

    /// <summary>Characters of one line; a longer one is cut and ends in <c>…</c>. Default 4,000.</summary>
    [Range(100, 100_000)]
    public int MaxLineCharacters { get; set; } = 4_000;

    /// <summary>
    /// Milliseconds that lines gather before they are written together. Default 200. Lines of that last moment are lost when the process is killed; what
    /// happened to the execution never is, because that is in its journal.
    /// </summary>
    [Range(10, 10_000)]
    public int BatchMilliseconds { get; set; } = 200;
}
