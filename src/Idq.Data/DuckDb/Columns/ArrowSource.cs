using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Columns;

/// <summary>
/// A stream of Arrow batches that DuckDB scans as a view. The view is made once for a schema; the columns behind it change with each
/// statement. Batches point at the columns' own memory.
/// </summary>
sealed unsafe class ArrowSource : IDisposable
{
    static readonly byte* NoError = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("The columns are gone.\0"u8));

    readonly ArrowSchemaBlock schema;
    readonly ArrowArrayStream* stream;
    GCHandle<ArrowSource> self;
    ColumnBuffers[] columns = [];
    long rows;
    long rowsPerBatch;
    long nextBatch;

    internal ArrowSource(IReadOnlyList<DuckColumn> columns)
    {
        schema = new ArrowSchemaBlock(columns);
        self = new GCHandle<ArrowSource>(this);
        stream = (ArrowArrayStream*)NativeMemory.Alloc((nuint)sizeof(ArrowArrayStream));
        *stream = new ArrowArrayStream
        {
            GetSchema = &GetSchema,
            GetNext = &GetNext,
            GetLastError = &GetLastError,
            Release = &Release,
            PrivateData = (void*)GCHandle<ArrowSource>.ToIntPtr(self),
        };
    }

    internal ArrowArrayStream* Stream => stream;

    /// <summary>What two tables share exactly when one view can serve both.</summary>
    internal static string Signature(IReadOnlyList<DuckColumn> columns)
    {
        var signature = new StringBuilder();
        foreach (var column in columns)
            signature.Append(column.Format).Append(column.InnerFormat).Append(' ').Append(column.Name).Append('\0');
        return signature.ToString();
    }

    /// <summary>Shows the columns from their first row on, until <see cref="Withdraw"/>.</summary>
    internal void Offer(IReadOnlyList<DuckColumn> columns, int rowsPerBatch)
    {
        rows = columns[0].Length;
        this.rowsPerBatch = rowsPerBatch;
        nextBatch = 0;
        this.columns = new ColumnBuffers[columns.Count];
        for (var i = 0; i < this.columns.Length; i++)
            this.columns[i] = columns[i].Fix();
    }

    internal void Withdraw()
    {
        foreach (var column in columns)
            column?.Dispose();
        columns = [];
        rows = 0;
    }

    public void Dispose()
    {
        Withdraw();
        schema.Dispose();
        self.Dispose();
        NativeMemory.Free(stream);
    }

    void Next(ArrowArray* target)
    {
        *target = default;
        var start = (Interlocked.Increment(ref nextBatch) - 1) * rowsPerBatch;
        if (start >= rows)
            return;
        var count = Math.Min(rowsPerBatch, rows - start);
        var slots = (ArrowSlot*)NativeMemory.AllocZeroed((nuint)columns.Length + 1, (nuint)(sizeof(ArrowSlot) + sizeof(nint)));
        var children = (ArrowArray**)(slots + columns.Length + 1);
        for (var i = 0; i < columns.Length; i++)
        {
            var slot = slots + i;
            columns[i].Show(slot, start, count);
            slot->Array.Release = &Forget;
            slot->Inner.Release = &Forget;
            children[i] = &slot->Array;
        }

        target->Length = count;
        target->BufferCount = 1;
        target->Buffers = (void**)&slots[columns.Length].Buffers;
        target->ChildCount = columns.Length;
        target->Children = children;
        target->Release = &Free;
        target->PrivateData = slots;
    }

    static ArrowSource Of(ArrowArrayStream* stream) => GCHandle<ArrowSource>.FromIntPtr((nint)stream->PrivateData).Target;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int GetSchema(ArrowArrayStream* stream, ArrowSchema* schema)
    {
        Of(stream).schema.Lend(schema);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int GetNext(ArrowArrayStream* stream, ArrowArray* array)
    {
        Of(stream).Next(array);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static byte* GetLastError(ArrowArrayStream* stream) => NoError;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Release(ArrowArrayStream* stream) => stream->Release = null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Forget(ArrowArray* array) => array->Release = null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Free(ArrowArray* array)
    {
        NativeMemory.Free(array->PrivateData);
        array->Release = null;
    }
}
