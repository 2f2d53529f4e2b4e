#!/usr/bin/env bash
# A project with Microsoft.Extensions.Http.Polly and Microsoft.Extensions.Http.Resilience, a step of every migration, cannot name
# BrokenCircuitException: the one package brings Polly 7, the other Polly.Core 8, and both define the type in the same namespace.
# A reference to Polly 8.9.1, which forwards the type, cures it.
# Microsoft.Extensions.Http.Polly 11.0.0, Microsoft.Extensions.Http.Resilience 10.11.0, Polly 8.9.1.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >Finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Extensions.Http.Polly" Version="11.0.0" />
    <PackageReference Include="Microsoft.Extensions.Http.Resilience" Version="10.11.0" />
    <PackageReference Include="Polly" Version="8.9.1" Condition="'$(WithPolly8)' == 'true'" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
try { System.Console.WriteLine("called"); } catch (Polly.CircuitBreaker.BrokenCircuitException) { }
CS
without=$(dotnet build -v q 2>&1 | grep -o -m1 'error CS0433' || true)
dotnet build -v q -p:WithPolly8=true >with.txt 2>&1 && with='builds' || with='fails'
printf 'Without Polly 8: %s; with Polly 8.9.1: %s\n' "${without:-builds}" "$with"
if [ "$without" = 'error CS0433' ] && [ "$with" = builds ]; then
  echo 'As recorded.'
else
  echo 'CHANGED: the behavior is not the recorded one.'
  exit 1
fi
