#!/usr/bin/env bash
# PublicApiGenerator leaves out every type whose namespace begins with "System" or "Microsoft". The usual home of registration methods is
# Microsoft.Extensions.DependencyInjection, so an approval test with the default options does not notice a change of them.
# PublicApiGenerator 11.5.4; AllowNamespacePrefixes and DenyNamespacePrefixes change it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
#:package PublicApiGenerator@11.5.4
using PublicApiGenerator;

var assembly = typeof(Microsoft.Extensions.DependencyInjection.WidgetExtensions).Assembly;
var api = assembly.GeneratePublicApi();
var whole = assembly.GeneratePublicApi(new ApiGeneratorOptions { DenyNamespacePrefixes = [] });
Console.WriteLine($"PublicApiGenerator {typeof(ApiGenerator).Assembly.GetName().Version}");
Console.WriteLine($"default options: Widget {Has(api, "class Widget")}, AddWidget {Has(api, "AddWidget")}; no denied prefix: AddWidget {Has(whole, "AddWidget")}");
var same = api.Contains("class Widget") && !api.Contains("AddWidget") && whole.Contains("AddWidget");
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

static string Has(string text, string part) => text.Contains(part) ? "is listed" : "is missing";

namespace Widgets
{
    public class Widget;
}

namespace Microsoft.Extensions.DependencyInjection
{
    public static class WidgetExtensions
    {
        public static void AddWidget(this Widgets.Widget widget) { }
    }
}
CS
dotnet run finding.cs
