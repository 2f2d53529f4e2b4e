using System.Buffers;
using Resilience.Http.Content;

namespace Resilience.Http.Tests.Content;

public sealed class KeptBytesTests
{
    private readonly CountingPool _pool = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(60_000)]
    public void A_body_that_fits_is_kept_whole_and_each_array_is_returned_once(int length)
    {
        var kept = new KeptBytes(limit: 60_000, _pool);
        var body = new byte[length];
        new Random(length).NextBytes(body);
        foreach (var piece in body.Chunk(1000))
        {
            kept.Append(piece);
        }

        kept.Complete();
        Assert.True(kept.TryBeginRead(out var bytes));
        Assert.Equal(body, bytes.ToArray());
        kept.EndRead();
        kept.Detach();

        Assert.True(kept.TryBeginRead(out bytes));
        Assert.Equal(body, bytes.ToArray());
        kept.EndRead();
        kept.Detach();
        kept.GiveUp();
        Assert.Equal(0, _pool.Out);
    }

    [Fact]
    public void A_body_that_does_not_fit_is_discarded_at_once()
    {
        var kept = new KeptBytes(limit: 10, _pool);
        kept.Append(new byte[10]);
        kept.Append(new byte[1]);
        kept.Complete();

        Assert.False(kept.IsComplete);
        Assert.False(kept.TryBeginRead(out _));
        Assert.Equal(0, _pool.Out);
    }

    [Fact]
    public void A_writer_that_outlives_the_call_adds_nothing_to_an_array_that_went_back()
    {
        var kept = new KeptBytes(limit: 10, _pool);
        kept.Append([1, 2, 3]);

        kept.Detach();
        kept.Append([4, 5, 6]);
        kept.Complete();

        Assert.False(kept.IsComplete);
        Assert.Equal(0, _pool.Out);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_array_goes_back_only_after_its_last_reader(bool succeeded)
    {
        var kept = new KeptBytes(limit: 10, _pool);
        kept.Append([1, 2, 3]);
        kept.Complete();
        kept.TryBeginRead(out var bytes);
        kept.TryBeginRead(out _);

        if (succeeded)
        {
            kept.GiveUp();
        }
        else
        {
            kept.Detach();
        }

        kept.EndRead();
        Assert.Equal(1, _pool.Out);
        Assert.Equal([1, 2, 3], bytes.ToArray());
        kept.EndRead();

        Assert.Equal(0, _pool.Out);
    }

    [Fact]
    public void Nothing_is_rented_for_a_limit_of_zero()
    {
        var kept = new KeptBytes(limit: 0, _pool);
        kept.Append([1]);
        kept.Complete();

        Assert.Equal(0, _pool.Rents);
    }

    /// <summary>Fails if an array comes back twice, and spoils what came back.</summary>
    private sealed class CountingPool : ArrayPool<byte>
    {
        private readonly HashSet<byte[]> _out = [];

        public int Out => _out.Count;

        public int Rents { get; private set; }

        public override byte[] Rent(int minimumLength)
        {
            Rents++;
            var array = new byte[minimumLength];
            _out.Add(array);
            return array;
        }

        public override void Return(byte[] array, bool clearArray = false)
        {
            Assert.True(_out.Remove(array), "An array came back twice, or was never rented.");
            Array.Fill(array, (byte)0xEE);
        }
    }
}
