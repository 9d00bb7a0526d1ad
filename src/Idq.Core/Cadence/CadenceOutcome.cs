namespace Idq;

/// <summary>Why a poll stopped.</summary>
public enum CadenceOutcome
{
    /// <summary>Nothing more is due: the loop is at real time.</summary>
    CaughtUp,

    /// <summary>The maximum timestamp is reached; there will be no stride any more.</summary>
    Ended,

    /// <summary>The maximum number of strides was yielded and more are due.</summary>
    TooManyStrides,

    /// <summary>The next stride is overdue by more than the maximum latency.</summary>
    TooLate,
}
