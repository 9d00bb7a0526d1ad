namespace Idq.Data.DuckDb.Columns;

/// <summary>Codes of words, with the words once.</summary>
internal sealed class WordColumn : DuckColumn
{
    private readonly ReadOnlyMemory<int> _codes;
    private readonly IReadOnlyList<string> _words;

    internal WordColumn(string name, ReadOnlyMemory<int> codes, IReadOnlyList<string> words)
        : base(name, codes.Length)
    {
        foreach (var code in codes.Span)
        {
            if (code < -1 || code >= words.Count)
                throw new ArgumentOutOfRangeException(nameof(codes), code, $"Column '{name}' has {words.Count} words.");
        }

        _codes = codes;
        _words = words;
    }

    internal override string Format => "i";

    internal override string InnerFormat => "U";

    internal override ColumnBuffers Fix() => new Buffers(this);

    private sealed unsafe class Buffers : ColumnBuffers
    {
        private readonly int* _codes;
        private readonly byte* _validity;
        private readonly long* _offsets;
        private readonly byte* _bytes;
        private readonly int _wordCount;

        internal Buffers(WordColumn column)
        {
            var byteCount = TextBuffer.ByteCount(column._words);
            _wordCount = column._words.Count;
            _offsets = Allocate<long>(_wordCount + 1L);
            _bytes = Allocate<byte>(byteCount);
            TextBuffer.Encode(column._words, _offsets, _bytes, byteCount);

            var codes = column._codes.Span;
            if (!codes.Contains(-1))
            {
                _codes = Pin(column._codes);
                return;
            }

            // An absent row's code must still name a word.
            var present = new bool[codes.Length];
            _codes = Allocate<int>(codes.Length);
            for (var i = 0; i < codes.Length; i++)
            {
                present[i] = codes[i] >= 0;
                _codes[i] = Math.Max(codes[i], 0);
            }

            _validity = Bits(present);
        }

        internal override void Show(ArrowSlot* slot, long start, long count)
        {
            ArrowSlot.Set(slot, count, _validity is null ? null : _validity + (start / 8), _codes + start);
            ArrowSlot.SetInner(slot, _wordCount, _offsets, _bytes);
            slot->Array.Dictionary = &slot->Inner;
        }
    }
}
