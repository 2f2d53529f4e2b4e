using static Resilience.Http.Tests.Chaos.Experiments.ExperimentFiles;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>The variables of an experiment file: where their values come from, and which type they have.</summary>
public sealed class ExperimentVariableTests
{
    [Fact]
    public void A_given_variable_takes_precedence_over_the_files_own_and_must_be_declared()
    {
        Assert.Equal("Orders are taken while stock is down", Read(Whole, new() { ["what"] = "stock" }).Title);

        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read(Whole, new() { ["wat"] = "stock" }));
        Assert.Equal("line 7: configuration does not declare 'wat', for which a value was given.", exception.Mistakes[0]);
    }

    [Fact]
    public void A_given_number_takes_the_place_of_a_number() =>
        Assert.Equal(["order", "rate"], Read(Whole, new() { ["calls"] = "5" }).SteadyState.Select(probe => probe.Name));

    [Theory]
    [InlineData("5", "7", "7")]
    [InlineData("5", "9007199254740993", "9007199254740993")]
    [InlineData("5", "0.50", "0.5")]
    [InlineData("true", "false", "false")]
    [InlineData("\"a\"", "7", "\"7\"")]
    [InlineData("null", "7", "\"7\"")]
    [InlineData("""{ "type": "env", "key": "NOT_SET" }""", "7", "\"7\"")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "int" }""", "7", "7")]
    [InlineData("""{ "type": "env", "key": "SET", "env_var_type": "float" }""", "7", "7")]
    [InlineData("""{ "type": "env", "key": "SET", "env_var_type": "float" }""", null, "3.7")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "int", "default": "9007199254740993" }""", null, "9007199254740993")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "bool", "default": "True" }""", null, "true")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "default": "50" }""", null, "\"50\"")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "str", "default": 50 }""", null, "50")]
    public void A_variable_has_its_declared_type_whatever_the_source_of_its_value(string declared, string? given, string value) =>
        Assert.Equal(value, ReadVariable(declared, given).SteadyState[0].Tolerance!.ToString());

    [Theory]
    [InlineData("5", "many", "configuration.n takes the given value, which is not of type number.")]
    [InlineData("true", "7", "configuration.n takes the given value, which is not of type bool.")]
    [InlineData("""{ "type": "env", "key": "SET", "env_var_type": "int" }""", null, "configuration.n takes its value from the " +
        "environment variable SET, which is not of type int.")]
    [InlineData(
        """{ "type": "env", "key": "NOT_SET", "env_var_type": "int", "default": "3.7" }""",
        null,
        "configuration.n takes its default, which is not of type int.")]
    [InlineData(
        """{ "type": "env", "key": "NOT_SET", "env_var_type": "integer", "default": 5 }""",
        null,
        "configuration.n.env_var_type must be str, int, float or bool, not 'integer'.")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "integer" }""", "7", "configuration.n.env_var_type must be str, " +
        "int, float or bool, not 'integer'.")]
    public void A_value_that_is_not_of_the_declared_type_is_a_mistake(string declared, string? given, string mistake) =>
        Assert.Equal($"line 1: {mistake}", Assert.Throws<ChaosExperimentFormatException>(() => ReadVariable(declared, given)).Mistakes[0]);

    /// <summary>An experiment whose only check expects the variable.</summary>
    private static ChaosExperiment ReadVariable(string declared, string? given) => Read(
        $$"""
        { "configuration": { "n": {{declared}} }, "title": "t", "description": "d", "method": [], "steady-state-hypothesis": { "title": "t", "probes": [
          { "type": "probe", "name": "p", "tolerance": "${n}", "provider": { "type": "resilience", "func": "circuit_state", "arguments": { "client": "c" } } } ] } }
        """,
        given is null ? null : new() { ["n"] = given });
}
