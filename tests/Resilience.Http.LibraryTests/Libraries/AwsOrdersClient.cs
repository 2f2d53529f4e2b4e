using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Resilience.Http.LibraryTests.Libraries;

/// <summary>A service client on the real AWSSDK.Core, as small as its generated ones are large: one operation that puts bytes.</summary>
internal sealed class AwsOrdersClient(AwsOrdersConfig config) : AmazonServiceClient(new AnonymousAWSCredentials(), config)
{
    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata();

    public Task PutAsync(byte[] body, CancellationToken cancellationToken) =>
        InvokeAsync<AmazonWebServiceResponse>(new PutRequest(body), Options(), cancellationToken);

    /// <summary>The body of the orders as the SDK hands out that of an S3 object: while it arrives.</summary>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        (await InvokeAsync<StreamedResponse>(
            new PutRequest([]),
            new InvokeOptions { RequestMarshaller = new GetMarshaller(), ResponseUnmarshaller = new StreamUnmarshaller() },
            cancellationToken)).Body;

    public void Put(byte[] body) => Invoke<AmazonWebServiceResponse>(new PutRequest(body), Options());

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<Signer>(); // The server asks for no signature.
        pipeline.AddHandlerAfter<Marshaller>(new Resolver());
    }

    private static InvokeOptions Options() =>
        new() { RequestMarshaller = new PutMarshaller(), ResponseUnmarshaller = new PutUnmarshaller() };

    private sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => "Orders";

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class Resolver : BaseEndpointResolver
    {
        protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters)
        {
        }

        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new AwsEndpointParameters();

        private sealed class AwsEndpointParameters : EndpointParameters;
    }

    private sealed class PutRequest(byte[] body) : AmazonWebServiceRequest
    {
        public byte[] Body => body;
    }

    private sealed class PutMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input) =>
            new DefaultRequest(input, "Orders")
            {
                HttpMethod = "PUT",
                ResourcePath = "/orders/1",
                Content = ((PutRequest)input).Body,
                Headers = { ["Content-Type"] = "application/json" }
            };
    }

    private sealed class GetMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input) =>
            new DefaultRequest(input, "Orders") { HttpMethod = "GET", ResourcePath = "/orders" };
    }

    private sealed class StreamedResponse : AmazonWebServiceResponse
    {
        public Stream Body { get; init; } = Stream.Null;
    }

    private sealed class StreamUnmarshaller : JsonResponseUnmarshaller
    {
        public override bool HasStreamingProperty => true;

        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input) => new StreamedResponse { Body = input.Stream };

        public override AmazonServiceException UnmarshallException(
            JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
            new("The orders service failed.", innerException, statusCode);
    }

    private sealed class PutUnmarshaller : JsonResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input) => new();

        public override AmazonServiceException UnmarshallException(
            JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
            new("The orders service failed.", innerException, statusCode);
    }
}

internal sealed class AwsOrdersConfig : ClientConfig
{
    public AwsOrdersConfig(Uri address, HttpMessageHandler handler) : base(new DefaultConfigurationProvider([new Defaults()]))
    {
        ServiceId = "Orders";
        ServiceURL = address.ToString();
        EndpointProvider = new FixedEndpoint(address.ToString());
        HttpClientFactory = new Clients(handler);
    }

    public override string RegionEndpointServiceName => "orders";

    public override string ServiceVersion => "1";

    public override string UserAgent => "orders";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(null);

    private sealed class FixedEndpoint(string address) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(address);
    }

    #region aws
    private sealed class Clients(HttpMessageHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
    #endregion

    private sealed class Defaults : IDefaultConfiguration
    {
        public DefaultConfigurationMode Name => DefaultConfigurationMode.Standard;

        public RequestRetryMode RetryMode => RequestRetryMode.Standard;

        public S3UsEast1RegionalEndpointValue S3UsEast1RegionalEndpoint => default;

        public TimeSpan? TimeToFirstByteTimeout => null;

        public TimeSpan? ConnectTimeout => null;

        public TimeSpan? HttpRequestTimeout => null;

        public TimeSpan? TlsNegotiationTimeout => null;
    }
}
