namespace Idq.Core.Tests;

/// <summary>What every value type must hold: equality, hash codes and order agree with each other and with the operators.</summary>
static class ValueContract
{
    public static void HoldsFor<T>(T value, T equal, params T[] unequal) where T : IEquatable<T>
    {
        Assert.True(value.Equals(equal));
        Assert.True(equal.Equals(value));
        Assert.True(value.Equals((object)equal));
        Assert.Equal(value.GetHashCode(), equal.GetHashCode());
        Assert.Equal(value.ToString(), equal.ToString());
        Assert.False(value.Equals(null));
        Assert.False(value.Equals("something else"));
        foreach (var other in unequal)
        {
            Assert.False(value.Equals(other), $"{value} equals {other}");
            Assert.False(other.Equals(value), $"{other} equals {value}");
        }
    }

    /// <summary>The values ascend strictly.</summary>
    public static void IsOrdered<T>(
        T[] ascending,
        Func<T, T, bool> less,
        Func<T, T, bool> lessOrEqual,
        Func<T, T, bool> greater,
        Func<T, T, bool> greaterOrEqual
    )
        where T : IComparable<T>
    {
        for (var i = 0; i < ascending.Length; i++)
            for (var k = 0; k < ascending.Length; k++)
            {
                var (a, b) = (ascending[i], ascending[k]);
                Assert.Equal(Math.Sign(i.CompareTo(k)), Math.Sign(a.CompareTo(b)));
                Assert.Equal((i < k, i <= k, i > k, i >= k), (less(a, b), lessOrEqual(a, b), greater(a, b), greaterOrEqual(a, b)));
            }
    }
}
