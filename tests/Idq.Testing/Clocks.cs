using NodaTime.Testing;

namespace Idq.Testing;

/// <summary>Clocks for tests in which no time passes.</summary>
public static class Clocks
{
    /// <summary>A clock that stands still until the test moves it.</summary>
    public static FakeClock Still => FakeClock.FromUtc(2026, 1, 2, 3, 4, 5);
}
