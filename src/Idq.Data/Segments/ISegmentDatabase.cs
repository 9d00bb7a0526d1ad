namespace Idq.Data;

/// <summary>Answers when a data-quality flag was known and active: files, or a segment server.</summary>
public interface ISegmentDatabase
{
    /// <summary>What is known and active of a flag inside a span; a flag without a version is all its versions together.</summary>
    /// <exception cref="DataException">
    /// There is no such flag (the message lists those that there are), or the database cannot answer;
    /// <see cref="DataException.IsTransient"/> says whether a retry can help.
    /// </exception>
    ValueTask<SegmentQuery> QueryAsync(FlagName flag, Segment span, CancellationToken cancellationToken);
}
