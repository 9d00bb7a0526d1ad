namespace Idq.Data.DuckDb.Columns;

/// <summary>Texts, encoded as UTF-8 for DuckDB.</summary>
internal sealed class TextColumn : DuckColumn
{
    private readonly IReadOnlyList<string?> _values;

    internal TextColumn(string name, IReadOnlyList<string?> values)
        : base(name, values.Count) => _values = values;

    internal override string Format => "U";

    internal override ColumnBuffers Fix() => new Buffers(_values);

    private sealed unsafe class Buffers : ColumnBuffers
    {
        private readonly long* _offsets;
        private readonly byte* _bytes;
        private readonly byte* _validity;

        internal Buffers(IReadOnlyList<string?> values)
        {
            var byteCount = TextBuffer.ByteCount(values);
            _offsets = Allocate<long>(values.Count + 1L);
            _bytes = Allocate<byte>(byteCount);
            TextBuffer.Encode(values, _offsets, _bytes, byteCount);
            var present = new bool[values.Count];
            for (var i = 0; i < present.Length; i++)
                present[i] = values[i] is not null;
            _validity = Array.TrueForAll(present, static p => p) ? null : Bits(present);
        }

        internal override void Show(ArrowSlot* slot, long start, long count) =>
            ArrowSlot.Set(slot, count, _validity is null ? null : _validity + (start / 8), _offsets + start, _bytes);
    }
}
