namespace Idq.Data.DuckDb.Columns;

/// <summary>Numbers of a fixed width, shown to DuckDB where they lie.</summary>
sealed class NumberColumn<T> : DuckColumn
    where T : unmanaged
{
    readonly ReadOnlyMemory<T> values;
    readonly ReadOnlyMemory<bool> present;

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

    sealed unsafe class Buffers : ColumnBuffers
    {
        readonly T* values;
        readonly byte* validity;

        internal Buffers(NumberColumn<T> column)
        {
            values = Pin(column.values);
            validity = Validity(column.present.Span);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, validity is null ? null : validity + (start / 8), values + start);
    }
}
