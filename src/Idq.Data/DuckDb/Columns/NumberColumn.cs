namespace Idq.Data.DuckDb.Columns;

/// <summary>Numbers of a fixed width, shown to DuckDB where they lie.</summary>
internal sealed class NumberColumn<T> : DuckColumn
    where T : unmanaged
{
    private readonly ReadOnlyMemory<T> _values;
    private readonly ReadOnlyMemory<bool> _present;

    internal NumberColumn(string name, string format, ReadOnlyMemory<T> values, ReadOnlyMemory<bool> present)
        : base(name, values.Length)
    {
        ColumnLength.Check(name, values.Length, present);
        Format = format;
        _values = values;
        _present = present;
    }

    internal override string Format { get; }

    internal override bool HasTwins => _values is ReadOnlyMemory<double> doubles && HasTwinsIn(doubles.Span);

    internal override ColumnBuffers Fix() => new Buffers(this);

    private sealed unsafe class Buffers : ColumnBuffers
    {
        private readonly T* _values;
        private readonly byte* _validity;

        internal Buffers(NumberColumn<T> column)
        {
            _values = Pin(column._values);
            _validity = Validity(column._present.Span);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, _validity is null ? null : _validity + (start / 8), _values + start);
    }
}
