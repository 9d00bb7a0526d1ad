namespace Idq.Data.DuckDb.Columns;

/// <summary>Truth values, packed into bits for DuckDB.</summary>
sealed class BoolColumn : DuckColumn
{
    readonly ReadOnlyMemory<bool> values;
    readonly ReadOnlyMemory<bool> present;

    internal BoolColumn(string name, ReadOnlyMemory<bool> values, ReadOnlyMemory<bool> present)
        : base(name, values.Length)
    {
        ColumnLength.Check(name, values.Length, present);
        this.values = values;
        this.present = present;
    }

    internal override string Format => "b";

    internal override ColumnBuffers Fix() => new Buffers(this);

    sealed unsafe class Buffers : ColumnBuffers
    {
        readonly byte* values;
        readonly byte* validity;

        internal Buffers(BoolColumn column)
        {
            values = Bits(column.values.Span);
            validity = Validity(column.present.Span);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, validity is null ? null : validity + (start / 8), values + (start / 8));
    }
}
