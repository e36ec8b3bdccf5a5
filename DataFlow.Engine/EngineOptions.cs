using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine;

/// <summary>What commits promise.</summary>
public enum Durability
{
    /// <summary>fsync before every acknowledgement: nothing acknowledged is lost even when power fails.</summary>
    Full,

    /// <summary>A power cut (not a crash of the process) may take back the last moments. Faster on slow disks.</summary>
    Relaxed,
}

/// <summary>Settings of the engine, section <c>DataFlow</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow";

    /// <summary>Folder of the database and keys; relative to the working folder. Default <c>data</c>.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Whether the sample workflows are put into an empty database. Default true: the first minute has something to run.</summary>
    public bool Samples { get; set; } = true;

    /// <summary>Executions under way at once; further ones stay PENDING in the database. Default 256: most of their life is waiting for the network.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentExecutions { get; set; } = 256;

    /// <summary>Above this many PENDING, execute is refused with 429, so that a flood ends at the door. Default 50,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxPendingExecutions { get; set; } = 50_000;

    /// <summary>What commits promise. Default Full.</summary>
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>Seconds that attempts under way get to end when the host stops. Default 10; what has not ended is left to recovery.</summary>
    [Range(0, 300)]
    public int StopSeconds { get; set; } = 10;

    /// <summary>Largest output of one task, bytes of JSON. Default 5 MB.</summary>
    [Range(1_024, 100_000_000)]
    public int MaxOutputBytes { get; set; } = 5_000_000;

    /// <summary>Trials (a task tested from the editor) under way at once; a further one is refused. Default 16: each has somebody who looks at it.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrentTrials { get; set; } = 16;

    /// <summary>Longest time a trial may take, in seconds. Default 300; what takes longer is executed instead.</summary>
    [Range(1, 86_400)]
    public int TrialSeconds { get; set; } = 300;
}
