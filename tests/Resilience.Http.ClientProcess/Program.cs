using Resilience.Http.ClientProcess;

// What it prints is read line by line by the test that started it.
var address = new Uri(args[1]);
return args[0] switch
{
    "handlers" => BlockingHandlers.Run(address, calls: int.Parse(args[2]), TimeSpan.FromSeconds(int.Parse(args[3]))),
    "bodies" => await IdleBodies.RunAsync(address, count: int.Parse(args[2])),
    "blocking-reads" => BlockingReads.Run(address, readers: int.Parse(args[2]), way: args[3]),
    "starved-hedges" => await StarvedHedges.RunAsync(address, isStarved: args[2] == "starved"),
    _ => throw new ArgumentException($"Unknown scenario {args[0]}."),
};
