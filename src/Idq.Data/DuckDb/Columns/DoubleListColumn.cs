namespace Idq.Data.DuckDb.Columns;

/// <summary>Lists of doubles, shown to DuckDB where they lie.</summary>
internal sealed class DoubleListColumn : DuckColumn
{
    private readonly ReadOnlyMemory<long> _offsets;
    private readonly ReadOnlyMemory<double> _values;

    internal DoubleListColumn(string name, ReadOnlyMemory<long> offsets, ReadOnlyMemory<double> values)
        : base(name, offsets.Length - 1)
    {
        var last = 0L;
        foreach (var offset in offsets.Span)
        {
            if (offset < last || offset > values.Length)
                throw new ArgumentException($"Column '{name}': offset {offset} follows {last} with {values.Length} values.", nameof(offsets));
            last = offset;
        }

        if (offsets.IsEmpty)
            throw new ArgumentException($"Column '{name}' needs one offset more than it has rows.", nameof(offsets));
        _offsets = offsets;
        _values = values;
    }

    internal override string Format => "+L";

    internal override string InnerFormat => "g";

    internal override bool HasTwins => HasTwinsIn(_values.Span);

    internal override ColumnBuffers Fix() => new Buffers(this);

    private sealed unsafe class Buffers : ColumnBuffers
    {
        private readonly long* _offsets;
        private readonly double* _values;
        private readonly int _valueCount;

        internal Buffers(DoubleListColumn column)
        {
            _offsets = Pin(column._offsets);
            _values = column._values.IsEmpty ? Allocate<double>(1) : Pin(column._values);
            _valueCount = column._values.Length;
        }

        internal override void Show(ArrowSlot* slot, long start, long count)
        {
            ArrowSlot.Set(slot, count, null, _offsets + start);
            ArrowSlot.SetInner(slot, _valueCount, _values);
            slot->Child = &slot->Inner;
            slot->Array.ChildCount = 1;
            slot->Array.Children = &slot->Child;
        }
    }
}
