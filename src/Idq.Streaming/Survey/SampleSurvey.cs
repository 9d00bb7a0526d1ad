
namespace Idq.Streaming;

/// <summary>Looks at the samples of a range without running any job, and without writing anything.</summary>
public static class SampleSurvey
{
    /// <summary>The samples that evaluate would draw over the range in one stride.</summary>
    public static async Task<SampleTimes> FindAsync(Configuration configuration, Segment range, CancellationToken cancellationToken)
    {
        using var input = new SurveyInput(configuration, range);
        return input.Samples(await input.LoadAsync(cancellationToken));
    }
}
