using Idq.House.Tests.Architecture;

namespace Idq.House.Tests.PublicApi;

/// <summary>What is written of a room's public face.</summary>
public sealed class PublicApiWriterTests
{
    [Theory]
    [InlineData("public sealed class C { C() { } }", "C : sealed class")]
    [InlineData("public static class C;", "C : static class")]
    [InlineData("public readonly record struct C;", "C : readonly record struct")]
    [InlineData("public interface C : IDisposable;", "C : interface, System.IDisposable")]
    [InlineData("public delegate string? C(int count);", "C(int count) : delegate string?")]
    [InlineData("public enum C : byte { None = 3 }", "C : enum, byte", "C.None = 3")]
    [InlineData("namespace A.B; public abstract class C { protected C() { } }", "A.B.C : abstract class", "A.B.C.C() : protected")]
    public void A_type_is_one_line(string source, params string[] lines) => Assert.Equal(lines, Lines(source));

    [Theory]
    [InlineData("public void M(string? a, params int[] b) { }", "C.M(string? a, params int[] b) : void")]
    [InlineData("public static List<string?> M(int a = 3) => [];", "C.M(int a = 3) : static System.Collections.Generic.List<string?>")]
    [InlineData("public T M<T>(in T a, out int b) where T : struct => throw null!;", "C.M<T>(in T a, out int b) where T : struct : T")]
    [InlineData("public required int P { get; init; }", "C.P { get; init; } : required int")]
    [InlineData("public int P { get; internal set; }", "C.P { get; } : int")]
    [InlineData("public int this[string key] => 1;", "C.this[string key] { get; } : int")]
    [InlineData("public const double F = 0.5;", "C.F = 0.5 : const double")]
    [InlineData("public static readonly string? F;", "C.F : static readonly string?")]
    [InlineData("public event EventHandler? E;", "C.E : event System.EventHandler?")]
    [InlineData("public static C operator +(C a, C b) => a;", "C.operator +(C a, C b) : static C")]
    [InlineData("public override string ToString() => \"\";", "C.ToString() : override string")]
    public void A_member_is_one_line(string member, string line) =>
        Assert.Equal(["C : class", "C.C()", line], Lines($"public class C {{ public C() {{ }} {member} }}").OrderBy(text => text == line));

    [Fact]
    public void What_others_cannot_reach_is_left_out() =>
        Assert.Equal(["C : sealed class", "C.C()"], Lines(
            "public sealed class C : I { int f; internal void M() { } void I.N() { } class Inner; } class D; interface I { void N(); }"));

    [Fact]
    public void Protected_members_count_where_another_room_can_derive() =>
        Assert.Equal(
            ["C : class", "C.C()", "C.M() : protected virtual void"],
            Lines("public class C { protected virtual void M() { } private protected int f; }"));

    [Fact]
    public void Of_a_record_only_what_is_written_down_is_listed() =>
        Assert.Equal(
            ["R : sealed record class", "R.Name { get; init; } : string?", "R.R(string? Name)"],
            Lines("public sealed record R(string? Name);"));

    [Fact]
    public void Nested_types_follow_their_outer_type() =>
        Assert.Equal(["C : static class", "C.D : sealed class", "C.D.D()"], Lines("public static class C { public sealed class D; }"));

    [Fact]
    public void An_extension_method_says_so() =>
        Assert.Equal(
            ["C : static class", "C.M(this int i) : static int"],
            Lines("public static class C { public static int M(this int i) => i; }"));

    static IReadOnlyList<string> Lines(string source) => PublicApiWriter.Lines(Sources.Compile("Test", [("A/C.cs", source)]));
}
