namespace Idq.House.Tests.Text;

/// <summary>A line that breaks a rule of the house.</summary>
/// <param name="Line">Counted from one.</param>
/// <param name="Rule">What is wrong with it.</param>
sealed record Finding(int Line, string Rule);
