using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

public sealed class InMemoryFleetStoreTests
{
    public static TheoryData<string> Rules => [.. FleetStoreContract.Rules];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_store_keeps_the_contract(string rule)
    {
        var clock = new VirtualTimeProvider();
        var contract = new FleetStoreContract(new InMemoryFleetStore(clock), time =>
        {
            clock.Advance(time);
            return Task.CompletedTask;
        });

        await contract.CheckAsync(rule);
    }
}
