namespace Idq.Data.DuckDb.Columns;

/// <summary>Lists of doubles, shown to DuckDB where they lie.</summary>
sealed class DoubleListColumn : DuckColumn
{
    readonly ReadOnlyMemory<long> offsets;
    readonly ReadOnlyMemory<double> values;

    internal DoubleListColumn(string name, ReadOnlyMemory<long> offsets, ReadOnlyMemory<double> values)
        : base(name, offsets.Length - 1)
    {
        var last = 0L;
        foreach (var offset in offsets.Span)
        {
            if (offset < last || offset > values.Length)
                throw new ArgumentException(
                    $"Column '{name}': offset {offset} follows {last} with {values.Length} values.",
                    nameof(offsets)
                );
            last = offset;
        }

        if (offsets.IsEmpty)
            throw new ArgumentException($"Column '{name}' needs one offset more than it has rows.", nameof(offsets));
        this.offsets = offsets;
        this.values = values;
    }

    internal override string Format => "+L";

    internal override string InnerFormat => "g";

    internal override bool HasTwins => HasTwinsIn(values.Span);

    internal override ColumnBuffers Fix() => new Buffers(this);

    sealed unsafe class Buffers : ColumnBuffers
    {
        readonly long* offsets;
        readonly double* values;
        readonly int valueCount;

        internal Buffers(DoubleListColumn column)
        {
            offsets = Pin(column.offsets);
            values = column.values.IsEmpty ? Allocate<double>(1) : Pin(column.values);
            valueCount = column.values.Length;
        }

        internal override void Show(ArrowSlot* slot, long start, long count)
        {
            ArrowSlot.Set(slot, count, null, offsets + start);
            ArrowSlot.SetInner(slot, valueCount, values);
            slot->Child = &slot->Inner;
            slot->Array.ChildCount = 1;
            slot->Array.Children = &slot->Child;
        }
    }
}
