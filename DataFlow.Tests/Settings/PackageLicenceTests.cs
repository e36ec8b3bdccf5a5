using System.Xml.Linq;
using DataFlow.Tests.Architecture;
using DataFlow.Web.Settings;

namespace DataFlow.Tests.Settings;

public sealed class PackageLicenceTests
{
    private static readonly string[] Projects = ["DataFlow.Engine/DataFlow.Engine.csproj", "DataFlow.Web/DataFlow.Web.csproj"];

    [Fact]
    public void Every_package_that_is_shipped_is_named()
    {
        var shipped = Projects.SelectMany(project => XDocument.Parse(Repository.Read(project)).Descendants("PackageReference"))
            .Where(package => (string?)package.Attribute("PrivateAssets") != "all").Select(package => (string)package.Attribute("Include")!).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(shipped);
        Assert.Equal(shipped, PackageLicence.All.Select(package => package.Name).Where(name => name != "Inter").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_has_the_licence_that_its_author_says()
    {
        var root = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Assert.SkipUnless(Directory.Exists(root), "The packages are kept elsewhere.");
        Assert.All(PackageLicence.All.Where(package => package.Version.Length > 0), package =>
        {
            var name = package.Name.ToLowerInvariant();
            var specification = XDocument.Load(Path.Combine(root, name, package.Version, $"{name}.nuspec"));
            Assert.Equal(package.Licence, specification.Descendants().Single(element => element.Name.LocalName == "license").Value);
        });
    }
}
