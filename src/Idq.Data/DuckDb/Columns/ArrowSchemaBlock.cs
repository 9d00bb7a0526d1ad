using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb.Columns;

/// <summary>The schema of a table in unmanaged memory, lent to DuckDB as often as it asks.</summary>
sealed unsafe class ArrowSchemaBlock : IDisposable
{
    readonly List<nint> blocks = [];
    readonly ArrowSchema root;

    internal ArrowSchemaBlock(IReadOnlyList<DuckColumn> columns)
    {
        var children = (ArrowSchema**)Allocate(columns.Count * sizeof(ArrowSchema*));
        for (var i = 0; i < columns.Count; i++)
            children[i] = Describe(columns[i]);
        root = new ArrowSchema
        {
            Format = Text("+s"),
            Name = Text(""),
            ChildCount = columns.Count,
            Children = children,
            Release = &Release,
        };
    }

    /// <summary>Copies the root; what lies below it is released with this object only.</summary>
    internal void Lend(ArrowSchema* target)
    {
        for (var i = 0L; i < root.ChildCount; i++)
            Arm(root.Children[i]);
        *target = root;
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            NativeMemory.Free((void*)block);
        blocks.Clear();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Release(ArrowSchema* schema) => schema->Release = null;

    static void Arm(ArrowSchema* schema)
    {
        schema->Release = &Release;
        if (schema->Dictionary is not null)
            Arm(schema->Dictionary);
        for (var i = 0L; i < schema->ChildCount; i++)
            Arm(schema->Children[i]);
    }

    ArrowSchema* Describe(DuckColumn column)
    {
        var schema = Describe(column.Name, column.Format);
        if (column.InnerFormat is null)
            return schema;
        var inner = Describe("item", column.InnerFormat);
        if (column.Format[0] == '+')
        {
            schema->ChildCount = 1;
            schema->Children = (ArrowSchema**)Allocate(sizeof(ArrowSchema*));
            schema->Children[0] = inner;
        }
        else
        {
            schema->Dictionary = inner;
        }

        return schema;
    }

    ArrowSchema* Describe(string name, string format)
    {
        var schema = (ArrowSchema*)Allocate(sizeof(ArrowSchema));
        *schema = new ArrowSchema { Format = Text(format), Name = Text(name), Flags = ArrowSchema.Nullable };
        return schema;
    }

    byte* Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var block = (byte*)Allocate(utf8.Length + 1);
        utf8.CopyTo(new Span<byte>(block, utf8.Length));
        block[utf8.Length] = 0;
        return block;
    }

    void* Allocate(int bytes)
    {
        var block = NativeMemory.Alloc((nuint)Math.Max(bytes, 1));
        blocks.Add((nint)block);
        return block;
    }
}
