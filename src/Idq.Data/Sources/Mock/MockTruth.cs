namespace Idq.Data;

/// <summary>An event that really happened, and who saw it.</summary>
/// <param name="Time">The true time.</param>
/// <param name="Stream">The physical process.</param>
/// <param name="Values">The true value of every column.</param>
/// <param name="Sightings">The witnesses that saw it, in the order of the definition.</param>
public sealed record MockTruth(GpsTime Time, string Stream, IReadOnlyList<double> Values, IReadOnlyList<MockSighting> Sightings);

/// <summary>A true event as a witness sees it: the trigger in that channel's events.</summary>
/// <param name="Channel">The witness.</param>
/// <param name="Time">The seen time.</param>
/// <param name="Values">The seen value of every column.</param>
public sealed record MockSighting(string Channel, GpsTime Time, IReadOnlyList<double> Values);
