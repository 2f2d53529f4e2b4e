using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("m\u00fc\"ller")]
    [InlineData("a&b<c>'d'")]
    [InlineData("back\\slash")]
    public void A_secret_is_blanked_in_json_however_that_is_written(string secret)
    {
        var secrets = new Secrets();
        secrets.Add(secret);
        var value = JsonValue.Create(secret);

        Assert.Equal("\"***\"", secrets.Redact(value.ToJsonString()));
        Assert.Equal("\"***\"", secrets.Redact(JsonText.Format(value)));
    }
}
