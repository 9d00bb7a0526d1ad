namespace Idq.Data.DuckDb.Columns;

/// <summary>Texts, encoded as UTF-8 for DuckDB.</summary>
sealed class TextColumn : DuckColumn
{
    readonly IReadOnlyList<string?> values;

    internal TextColumn(string name, IReadOnlyList<string?> values)
        : base(name, values.Count) => this.values = values;

    internal override string Format => "U";

    internal override ColumnBuffers Fix() => new Buffers(values);

    sealed unsafe class Buffers : ColumnBuffers
    {
        readonly long* offsets;
        readonly byte* bytes;
        readonly byte* validity;

        internal Buffers(IReadOnlyList<string?> values)
        {
            var byteCount = TextBuffer.ByteCount(values);
            offsets = Allocate<long>(values.Count + 1L);
            bytes = Allocate<byte>(byteCount);
            TextBuffer.Encode(values, offsets, bytes, byteCount);
            var present = new bool[values.Count];
            for (var i = 0; i < present.Length; i++)
                present[i] = values[i] is not null;
            validity = Array.TrueForAll(present, static p => p) ? null : Bits(present);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, validity is null ? null : validity + (start / 8), offsets + start, bytes);
    }
}
