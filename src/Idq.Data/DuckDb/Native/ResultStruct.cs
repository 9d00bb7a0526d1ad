using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary><c>duckdb_result</c>: six words, all but the last deprecated; some calls take it by value.</summary>
[StructLayout(LayoutKind.Sequential)]
struct ResultStruct
{
    internal ulong ColumnCount;
    internal ulong RowCount;
    internal ulong RowsChanged;
    internal nint Columns;
    internal nint ErrorMessage;
    internal nint InternalData;
}
