using DataFlow.Engine;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDataFlowEngine();
var app = builder.Build();
app.Run();

/// <summary>The composition root; public for the test host.</summary>
public partial class Program;
