namespace Idq.Learning;

/// <summary>When appending is no longer enough.</summary>
public static class CalibrationPolicy
{
    /// <summary>
    /// True when samples were dropped (appending cannot forget), or when the bandwidth is out of date: with <paramref name="newCount"/>
    /// more rows a kernel map would have at least twice those of its last fit. A discrete map has no bandwidth; appending to it is exact.
    /// </summary>
    /// <param name="map">The map of now.</param>
    /// <param name="newCount">Rows of both classes that are about to be added.</param>
    /// <param name="dropped">Rows of both classes that the map contains and the caller no longer keeps.</param>
    public static bool ShouldRefit(CalibrationMap map, int newCount, int dropped) =>
        dropped > 0 || (map.Kind == CalibrationKind.Kernel && newCount > 0 && map.SampleCount + newCount >= 2 * map.SamplesAtFit);
}
