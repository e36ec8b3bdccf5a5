using DataFlow.Web.Hosting;

return await DataFlowHost.RunAsync(args);

/// <summary>The program; public for test hosts.</summary>
public partial class Program;
