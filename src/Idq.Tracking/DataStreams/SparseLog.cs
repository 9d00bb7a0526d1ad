namespace Idq.Tracking;

/// <summary>Which of many equal events are worth a line: the first, the tenth, the hundredth…, and every hundred thousandth.</summary>
static class SparseLog
{
    public static bool IsDue(long count) => count is 1 or 10 or 100 or 1000 or 10_000 || (count > 0 && count % 100_000 == 0);
}
