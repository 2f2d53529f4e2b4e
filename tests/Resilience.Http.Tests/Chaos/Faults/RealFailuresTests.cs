using System.Net;
using System.Net.Sockets;
using Resilience.Http.Chaos.Faults;

namespace Resilience.Http.Tests.Chaos.Faults;

/// <summary>Injected failures against those of real sockets: the same types, errors and texts, all the way down.</summary>
public sealed class RealFailuresTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_is_the_exception_of_a_connection_that_was_cut(bool synchronous)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cut = CutAsync(listener);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Port(listener)}/charges");

        var real = await FailureOfAsync(request, synchronous);

        await cut;
        Assert.Equal(Describe(real), Describe(RealFailures.Reset(request)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_is_the_exception_of_a_closed_port(bool synchronous)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = Port(listener);
        listener.Stop();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/charges");

        var real = await FailureOfAsync(request, synchronous);

        Assert.Equal(Describe(real), Describe(RealFailures.ConnectionRefused(request)));
    }

    [Fact]
    public async Task An_early_end_is_the_exception_of_a_connection_that_was_closed_without_an_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var close = CloseAllAsync(listener, over.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Port(listener)}/charges");

        var real = await FailureOfAsync(request, synchronous: false);

        await over.CancelAsync();
        await close;
        Assert.Equal(Describe(real), Describe(RealFailures.Create(HttpRequestError.ResponseEnded, request)));
    }

    [Fact]
    public void Every_error_gives_an_exception_of_that_error()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges");

        foreach (var error in Enum.GetValues<HttpRequestError>())
        {
            var exception = Assert.IsType<HttpRequestException>(RealFailures.Create(error, request));
            Assert.Equal(error, exception.HttpRequestError);
        }
    }

    [Fact]
    public void Name_resolution_and_certificate_faults_look_like_real_ones()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.test/charges");

        var name = RealFailures.Create(HttpRequestError.NameResolutionError, request);
        Assert.EndsWith("(payments.test:443)", name.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.HostNotFound, Assert.IsType<SocketException>(name.InnerException).SocketErrorCode);
        Assert.IsType<System.Security.Authentication.AuthenticationException>(
            RealFailures.Create(HttpRequestError.SecureConnectionError, request).InnerException);
    }

    private static async Task<Exception> FailureOfAsync(HttpRequestMessage request, bool synchronous)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        return await Assert.ThrowsAsync<HttpRequestException>(() => synchronous
            ? Task.Factory.StartNew(() => client.Send(request, Token), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : client.SendAsync(request, Token));
    }

    /// <summary>Everything about an exception that code above could look at, except where it was thrown.</summary>
    private static List<string> Describe(Exception? exception)
    {
        List<string> chain = [];
        for (; exception is not null; exception = exception.InnerException)
        {
            var error = exception switch
            {
                HttpRequestException failed => failed.HttpRequestError.ToString(),
                HttpIOException failed => failed.HttpRequestError.ToString(),
                SocketException failed => $"{failed.SocketErrorCode} {failed.NativeErrorCode}",
                _ => "",
            };
            chain.Add($"{exception.GetType()} {error} {exception.HResult:x} {exception.Message}");
        }

        return chain;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task CutAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptSocketAsync(Token);
        await connection.ReceiveAsync(new byte[4096], Token);
        connection.LingerState = new LingerOption(enable: true, seconds: 0); // closing now sends RST
    }

    /// <summary>All of them: before it gives up, SocketsHttpHandler tries again over new connections.</summary>
    private static async Task CloseAllAsync(TcpListener listener, CancellationToken over)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptSocketAsync(over);
                await connection.ReceiveAsync(new byte[4096], over);
                connection.Shutdown(SocketShutdown.Both);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
        }
    }
}
