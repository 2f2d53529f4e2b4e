namespace Resilience.Http.Tests.Registration;

/// <summary>Sections as public repositories have them: for the standard handler, and for their own resilience options.</summary>
internal static class StandardSections
{
    public static TheoryData<string> MehrShaped =>
    [
        """{ "Retry": { "MaxRetryAttempts": 5 }, "TotalRequestTimeout": { "Timeout": "00:01:00" } }""",
        """{ "Retry": { "MaxRetryAttempts": 2 }, "TotalRequestTimeout": { "Timeout": "00:00:10" } }""",
        """{ "TotalRequestTimeout": { "Timeout": "00:02:00" } }""",
        """{ "CircuitBreaker": { "MinimumThroughput": 2, "FailureRatio": 1 } }""",
        """{ "CircuitBreaker": { "SamplingDuration": "1.00:00:00", "BreakDuration": "00:00:00.500" } }""",
        """{ "RateLimiter": { "DefaultRateLimiterOptions": { "PermitLimit": 5000, "QueueProcessingOrder": 0 } } }""",
        """{ "retry": { "maxRetryAttempts": "4", "delay": "0:0:1", "backoffType": "linear", "useJitter": "FALSE" } }""",
        """{ "Retry": { "MaxRetryAttempts": 3, "BackoffType": 1, "UseJitter": true, "Delay": "00:00:00.1000000" } }""",
        """{ "Retry": { "MaxRetryAttempts": 3, "BackoffType": "0", "UseJitter": false, "Delay": "00:00:00" } }""",
        """{ "Retry": { "BackoffType": 2, "MaxDelay": "00:00:30" }, "AttemptTimeout": {} }""",
        """
        {
          "AttemptTimeout": { "Timeout": "00:00:01" }, "TotalRequestTimeout": { "Timeout": "00:00:05" },
          "Retry": { "MaxRetryAttempts": 2 }, "CircuitBreaker": { "SamplingDuration": "00:00:10", "MinimumThroughput": 20 }
        }
        """,
        """
        {
          "AttemptTimeout": { "Timeout": "00:03:00" }, "TotalRequestTimeout": { "Timeout": "00:10:00" },
          "CircuitBreaker": { "SamplingDuration": "00:10:00" }, "Retry": { "MaxRetryAttempts": 2 }
        }
        """,
        """
        {
          "Retry": { "MaxRetryAttempts": 3, "Delay": "00:00:02", "UseJitter": true },
          "AttemptTimeout": { "Timeout": "00:00:15" }, "TotalRequestTimeout": { "Timeout": "00:01:00" },
          "CircuitBreaker": { "BreakDuration": "00:00:30", "FailureRatio": 0.5, "MinimumThroughput": 4, "SamplingDuration": "00:00:30" }
        }
        """,
        """
        {
          "Retry": { "MaxRetryAttempts": 3, "BackoffType": "Exponential", "UseJitter": true, "Delay": "00:00:02" },
          "CircuitBreaker": {
            "FailureRatio": 0.1, "MinimumThroughput": 10, "SamplingDuration": "00:00:30", "BreakDuration": "00:00:05"
          },
          "TotalRequestTimeout": { "Timeout": "00:00:30" }, "AttemptTimeout": { "Timeout": "00:00:10" }
        }
        """,
        """
        {
          "Retry": { "MaxRetryAttempts": 5, "Delay": "00:00:02", "BackoffType": "Exponential" },
          "CircuitBreaker": { "BreakDuration": "00:00:15" }, "TotalRequestTimeout": { "Timeout": "00:01:00" }
        }
        """,
        """
        {
          "TotalRequestTimeout": { "Timeout": "00:00:10" }, "AttemptTimeout": { "Timeout": "00:00:03" },
          "Retry": { "MaxRetryAttempts": "2", "Delay": "00:00:00.01", "BackoffType": "Constant", "UseJitter": "false" }
        }
        """,
    ];

    public static TheoryData<string, string[]> OfOtherShapes => new()
    {
        { """{ "MaxRetries": 3, "RetryBaseDelay": "00:00:01" }""", ["MaxRetries", "RetryBaseDelay"] },
        { """{ "Retry": { "MaxAttempts": 3, "DelayMs": 200 } }""", ["Retry:DelayMs", "Retry:MaxAttempts"] },
        { """{ "AttemptTimeout": "00:00:03", "TotalTimeout": "00:00:10" }""", ["AttemptTimeout", "TotalTimeout"] },
        { """{ "Timeout": { "Timeout": "00:00:02" }, "Retry": { "MaxRetryAttempts": 2 } }""", ["Timeout"] },
        { """{ "TotalRequestTimeoutSeconds": 10, "Retry": { "MaxRetryAttempts": 3 } }""", ["TotalRequestTimeoutSeconds"] },
        {
            """{ "CircuitBreaker": { "FailureThreshold": 5, "BreakDuration": "00:00:30", "SamplingDuration": "00:01:00" } }""",
            ["CircuitBreaker:FailureThreshold"]
        },
        {
            """{ "CircuitBreaker": { "FailureRatio": 0.5, "SamplingDurationSeconds": 30, "BreakDurationSeconds": 30 } }""",
            ["CircuitBreaker:BreakDurationSeconds", "CircuitBreaker:SamplingDurationSeconds"]
        },
    };
}
