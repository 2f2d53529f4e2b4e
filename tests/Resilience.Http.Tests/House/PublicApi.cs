using System.Reflection;
using System.Text;

namespace Resilience.Http.Tests.House;

/// <summary>The public surface of an assembly as text: a line a member, sorted, so that a difference reads like a diff.</summary>
internal static class PublicApi
{
    private const BindingFlags Own = BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Static
        | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(HeaderOf(type)).Append('\n');
            foreach (var member in type.GetMembers(Own)
                .Where(IsVisible)
                .Select(member => MemberText(type, member))
                .OfType<string>()
                .Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string HeaderOf(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsSealed: true } => "sealed class",
            { IsAbstract: true } => "abstract class",
            _ => "class",
        };
        Type[] bases = type.IsEnum ? [] : [.. BaseOf(type), .. InterfacesOf(type)];
        var list = bases.Length == 0 ? "" : $" : {string.Join(", ", bases.Select(Name))}";
        return $"{kind} {type.Namespace}.{Name(type)}{list}{Constraints(type.GetGenericArguments())}";
    }

    private static IEnumerable<Type> BaseOf(Type type) =>
        type.IsValueType || type.BaseType is not { } own || own == typeof(object) ? [] : [own];

    /// <summary>Those it adds to what its base type has.</summary>
    private static IEnumerable<Type> InterfacesOf(Type type) => type.GetInterfaces()
        .Where(implemented => implemented.IsVisible && type.BaseType?.IsAssignableTo(implemented) != true)
        .OrderBy(Name, StringComparer.Ordinal);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
            && !(method.IsSpecialName && method is MethodInfo && !method.Name.StartsWith("op_", StringComparison.Ordinal)),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        PropertyInfo property => property.GetAccessors(nonPublic: false).Length > 0,
        EventInfo declared => declared.AddMethod is { IsPublic: true },
        _ => false,
    };

    private static string? MemberText(Type type, MemberInfo member) => member switch
    {
        FieldInfo field when type.IsEnum => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue())}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Annotated(field.FieldType, Nullability.Create(field))} {field.Name}",
        PropertyInfo property =>
            $"{Annotated(property.PropertyType, Nullability.Create(property))} {property.Name} {{ {Accessors(property)}}}",
        EventInfo declared => $"event {Annotated(declared.EventHandlerType!, Nullability.Create(declared))} {declared.Name}",
        ConstructorInfo constructor => $"{type.Name.Split('`')[0]}({Parameters(constructor)})",
        MethodInfo { Name: "<Clone>$" } => null,
        MethodInfo method =>
            $"{(method.IsStatic ? "static " : "")}{Annotated(method.ReturnType, Nullability.Create(method.ReturnParameter))} " +
                $"{method.Name}{Generics(method)}({Parameters(method)}){Constraints(method.GetGenericArguments())}",
        _ => null,
    };

    private static string Accessors(PropertyInfo property) =>
        (property.GetMethod is { IsPublic: true } ? "get; " : "") +
        (property.SetMethod is { IsPublic: true } set ? IsInit(set) ? "init; " : "set; " : "");

    private static bool IsInit(MethodInfo set) =>
        set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Constraints(Type[] parameters) => string.Concat(parameters
        .Select(parameter => (parameter.Name, Texts: string.Join(", ", ConstraintsOf(parameter))))
        .Where(constraint => constraint.Texts.Length > 0)
        .Select(constraint => $" where {constraint.Name} : {constraint.Texts}"));

    private static IEnumerable<string> ConstraintsOf(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        return
        [
            .. isStruct ? ["struct"] : Array.Empty<string>(),
            .. attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(Name),
            .. attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : Array.Empty<string>(),
        ];
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.Position == 0 && method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute)) ? "this " : "")}"
        + $"{Annotated(parameter.ParameterType, Nullability.Create(parameter))} " +
            $"{parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}"));

    /// <summary>
    /// With the nullability of every part. That of a type parameter is not told: reflection takes each that may stand for a nullable type
    /// for one.
    /// </summary>
    private static string Annotated(Type type, NullabilityInfo nullability)
    {
        if (type.IsByRef)
        {
            return $"{Annotated(type.GetElementType()!, nullability)}&";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Annotated(underlying, nullability)}?";
        }

        var name = type.IsArray
            ? $"{Annotated(type.GetElementType()!, nullability.ElementType!)}[]"
            : Name(type, type.GetGenericArguments().Zip(nullability.GenericTypeArguments, Annotated));
        return name + (!type.IsValueType && !type.IsGenericParameter && nullability.ReadState == NullabilityState.Nullable ? "?" : "");
    }

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        return type.IsArray ? $"{Name(type.GetElementType()!)}[]" : Name(type, type.GetGenericArguments().Select(Name));
    }

    private static string Name(Type type, IEnumerable<string> arguments)
    {
        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", arguments)}>" : name;
    }
}
