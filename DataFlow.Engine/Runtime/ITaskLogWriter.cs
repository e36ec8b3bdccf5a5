using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Runtime;

/// <summary>Where the lines go that tasks write.</summary>
internal interface ITaskLogWriter
{
    /// <summary>Takes a line. Never waits.</summary>
    void Add(NewTaskLogLine line);
}
