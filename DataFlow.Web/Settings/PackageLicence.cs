using System.Collections.Immutable;
using System.Xml.Linq;

namespace DataFlow.Web.Settings;

/// <summary>Something of others that the product is made with.</summary>
/// <param name="Name">As it is published.</param>
/// <param name="Version">Which; empty: it has none.</param>
/// <param name="Licence">By its SPDX name.</param>
/// <param name="Does">What it is here for.</param>
internal sealed record PackageLicence(string Name, string Version, string Licence, string Does)
{
    /// <summary>The file in which every package's version stands, carried inside the program.</summary>
    private const string VersionsFile = "Directory.Packages.props";

    /// <summary>What the engine and the server name as their packages, and the typeface.</summary>
    public static ImmutableArray<PackageLicence> All { get; } = Read();

    private static ImmutableArray<PackageLicence> Read()
    {
        using var file = typeof(PackageLicence).Assembly.GetManifestResourceStream(VersionsFile)!;
        var versions = XDocument.Load(file).Descendants("PackageVersion").ToDictionary(package => (string)package.Attribute("Include")!, package => (string)package.Attribute("Version")!, StringComparer.Ordinal);
        return
        [
            Of("AngleSharp", "MIT", "reads HTML"),
            Of("BlazorMonaco", "MIT", "the JSON editor; brings Monaco (MIT)"),
            new("Inter", "", "OFL-1.1", "the typeface"),
            Of("Microsoft.AspNetCore.OpenApi", "MIT", "the description of the API"),
            Of("Microsoft.EntityFrameworkCore.Sqlite", "MIT", "the model of the database; brings SQLite (public domain)"),
            Of("Microsoft.Extensions.Hosting.Abstractions", "MIT", "what runs beside requests"),
            Of("Microsoft.Extensions.Options.ConfigurationExtensions", "MIT", "settings"),
            Of("Microsoft.Extensions.Options.DataAnnotations", "MIT", "their ranges"),
            Of("MudBlazor", "MIT", "the component kit"),
            Of("OpenAI", "MIT", "calls of language models"),
            Of("OpenTelemetry.Exporter.OpenTelemetryProtocol", "Apache-2.0", "spans and metrics for others"),
            Of("OpenTelemetry.Extensions.Hosting", "Apache-2.0", "spans and metrics"),
            Of("OpenTelemetry.Instrumentation.AspNetCore", "Apache-2.0", "spans of requests"),
            Of("Scriban.Signed", "BSD-2-Clause", "expressions"),
            Of("SmartReader", "Apache-2.0", "the main text of a web page"),
        ];

        PackageLicence Of(string name, string licence, string does) => new(name, versions[name], licence, does);
    }
}
