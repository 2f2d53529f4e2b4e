using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Gate;

/// <summary><c>-- gate</c>: fails the build when a call allocates more than it may. Bytes only: times are never a gate.</summary>
internal static class GateCommand
{
    /// <summary>The first two have every feature of the defaults on, and the others off: those must not cost a byte.</summary>
    private static readonly GateLine[] Lines =
    [
        new("200, synchronous, beyond a bare call", Case.Synchronous.Connect, Clients.Ours, Clients.BareWithoutTimeout, Limit: 0, Goal: 0),
        new("200, asynchronous, beyond a bare call", HeldServer.Connect, Clients.Ours, Clients.BareWithoutTimeout, Limit: 136, Goal: 400),
        new("with Timeout 100 s: synchronous", Case.Synchronous.Connect, Clients.OursWithTimeout, Clients.Bare, Limit: 144),
        new("with Timeout 100 s: asynchronous", HeldServer.Connect, Clients.OursWithTimeout, Clients.Bare, Limit: 280, Goal: 400),
        new(
            "hedging on, asynchronous, beyond a call without it",
            HeldServer.Connect,
            Clients.OursHedgingLate,
            Clients.Ours,
            Limit: 96,
            Goal: 400),
        Extra("concurrency limit on", Clients.OursWithLimit),
        Extra("adaptive concurrency limit on", Clients.OursWithAdaptiveLimit),
        Extra("rate limit on", Clients.OursWithRateLimit),
        Extra("two endpoints", Clients.OursWithEndpoints, limit: 280),
        Extra("deadline propagated", Clients.OursWithDeadline, limit: 32),
        Extra("fleet on", Clients.OursInFleet, than: Clients.OursFromFactory),
        Extra("dashboard mapped", Clients.OursCounted, than: Clients.OursFromFactory),
        new("refused with an exception", Case.Refused.Connect, Clients.Ours, LessThoseOf: null, Limit: 1_880),
        new("refused with a response", Case.Refused.Connect, Clients.OursResponding, LessThoseOf: null, Limit: 992),
        new(
            "200 to a request without headers, synchronous, beyond a bare call",
            Case.SynchronousWithoutHeaders.Connect,
            Clients.Ours,
            Clients.BareWithoutTimeout,
            Limit: 0,
            Goal: 0),

        // Last: once a span was heard, the resend counter listens to HttpClient for as long as the process lives.
        new(
            "metrics heard, synchronous, beyond a call unheard",
            Case.Synchronous.Connect,
            Audiences.Metrics,
            Clients.OursWithTimeout,
            Limit: 0,
            Goal: 0),
        new(
            "spans and metrics heard, synchronous, Timeout 100 s, all of the call",
            Case.Synchronous.Connect,
            Audiences.SpansAndMetrics,
            LessThoseOf: null,
            Limit: 1_736,
            Goal: 1_400),
    ];

    public static int Run()
    {
        var table = new MarkdownTable("call", "bytes", "limit", "goal", "verdict");
        var broken = 0;
        foreach (var line in Lines)
        {
            Progress.Report($"gate: {line.Name}");
            var bytes = line.Measure();
            broken += bytes > line.Limit ? 1 : 0;
            table.Add(line.Name, $"{bytes:N0}", $"{line.Limit:N0}", $"{line.Goal:N0}", Verdict(bytes, line.Limit));
        }

        Progress.Clear();
        Console.WriteLine(table);
        return broken == 0 ? 0 : 1;
    }

    /// <summary>What a feature costs when it is on.</summary>
    private static GateLine Extra(string feature, Contender contender, long limit = 0, Contender? than = null) => new(
        $"{feature}, asynchronous, beyond a call without it", HeldServer.Connect, contender, than ?? Clients.Ours, limit);

    private static string Verdict(long bytes, long limit) => bytes.CompareTo(limit) switch
    {
        > 0 => "TOO MANY",
        < 0 => "ok, lower the limit",
        _ => "ok",
    };
}
