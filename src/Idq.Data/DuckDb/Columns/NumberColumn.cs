namespace Idq.Data.DuckDb.Columns;

/// <summary>Numbers of a fixed width, shown to DuckDB where they lie.</summary>
internal sealed class NumberColumn<T> : DuckColumn
    where T : unmanaged
{
    private readonly ReadOnlyMemory<T> values;
    private readonly ReadOnlyMemory<bool> present;

    internal NumberColumn(string name, string format, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> present)
        : base(name, values.Length)
    {
        ColumnLength.Check(name, values.Length, present);
        Format = format;
        this.values = values;
        this.present = present;
    }

    internal override string Format { get; }

    internal override bool HasTwins => values is ReadOnlyMemory<double> doubles && HasTwinsIn(doubles.Span);

    internal override ColumnBuffers Fix() => new Buffers(this);

    private sealed unsafe class Buffers : ColumnBuffers
    {
        private readonly T* values;
        private readonly byte* validity;

        internal Buffers(NumberColumn<T> column)
        {
            values = Pin(column.values);
            validity = Validity(column.present.Span);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, validity is null ? null : validity + (start / 8), values + start);
    }
}
