namespace Idq.Tracking.Tests.Worker;

public static class Program
{
    public static int Main() => 0;
}
