using NodaTime;

namespace Idq.Streaming.Tests;

/// <summary>A clock that stands still.</summary>
sealed class FakeClock : IClock
{
    public static readonly FakeClock Instance = new();

    public Instant GetCurrentInstant() => Instant.FromUtc(2026, 1, 2, 3, 4, 5);
}
