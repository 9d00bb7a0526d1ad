namespace Idq.Data.DuckDb.Columns;

/// <summary>Truth values, packed into bits for DuckDB.</summary>
internal sealed class BoolColumn : DuckColumn
{
    private readonly ReadOnlyMemory<bool> _values;
    private readonly ReadOnlyMemory<bool> _present;

    internal BoolColumn(string name, ReadOnlyMemory<bool> values, ReadOnlyMemory<bool> present)
        : base(name, values.Length)
    {
        ColumnLength.Check(name, values.Length, present);
        _values = values;
        _present = present;
    }

    internal override string Format => "b";

    internal override ColumnBuffers Fix() => new Buffers(this);

    private sealed unsafe class Buffers : ColumnBuffers
    {
        private readonly byte* _values;
        private readonly byte* _validity;

        internal Buffers(BoolColumn column)
        {
            _values = Bits(column._values.Span);
            _validity = Validity(column._present.Span);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, _validity is null ? null : _validity + (start / 8), _values + (start / 8));
    }
}
