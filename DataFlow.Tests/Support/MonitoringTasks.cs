using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Support;

/// <summary>The product's task types, but a request for images, prices or texts is never done: it tells how far it has come, writes what a long task writes, and goes on until it is stopped.</summary>
internal static class MonitoringTasks
{
    public static void Use(IServiceCollection services) => services.AddSingleton<ITaskCatalog>(provider =>
        new TaskCatalog(TaskCatalog.Scan([typeof(TaskType).Assembly], provider).All.Select(type => type.Specification.Type == "Http.Request" ? new Unending(type) : type)));

    private sealed class Unending(TaskType type) : TaskType
    {
        public override TaskSpecification Specification => type.Specification;

        public override async ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken)
        {
            switch (new Uri(input.GetProperty("url").GetString()!).AbsolutePath)
            {
                case "/images":
                    Tell(context);
                    context.Report(1_843_200, 4_288_512, "bytes", "batch 3 of 7");
                    break;
                case "/prices":
                    context.Report(412, 1_280, "rows");
                    break;
                case "/texts":
                    context.Report(57, null, "descriptions", "asks the model");
                    break;
                default:
                    return await type.InvokeAsync(input, context, cancellationToken);
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, cancellationToken);
            return default;
        }

        private static void Tell(TaskContext context)
        {
            context.Log(TaskLogLevel.Information, "Asks images.example.com for the list of products.");
            context.Log(TaskLogLevel.Debug, "GET /v2/products?page=1&per_page=500 answered 200 in 182 ms, 481,204 bytes.");
            for (var batch = 1; batch <= 3; batch++)
            {
                context.Log(TaskLogLevel.Information, $"Batch {batch} of 7: 64 images, 614,400 bytes.");
                for (var image = 0; image < 18; image++) context.Log(TaskLogLevel.Debug, $"Stored product-{(batch * 100) + image}.webp, {(image * 731) + 20_000:N0} bytes.");
                context.Log(TaskLogLevel.Warning, $"product-{batch}07.webp has no alternative text; its title is taken instead.");
            }
            context.Log(TaskLogLevel.Error, "product-318.webp answered 404 (Not Found). It is left out.\nIts product is shown without a picture.");
        }
    }
}
