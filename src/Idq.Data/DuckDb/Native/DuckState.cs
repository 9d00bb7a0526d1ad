namespace Idq.Data.DuckDb.Native;

/// <summary>What most calls of the C API answer.</summary>
enum DuckState
{
    Success = 0,
    Error = 1,
}
