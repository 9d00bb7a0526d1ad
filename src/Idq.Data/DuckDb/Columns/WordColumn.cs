namespace Idq.Data.DuckDb.Columns;

/// <summary>Codes of words, with the words once.</summary>
sealed class WordColumn : DuckColumn
{
    readonly ReadOnlyMemory<int> codes;
    readonly IReadOnlyList<string> words;

    internal WordColumn(string name, ReadOnlyMemory<int> codes, IReadOnlyList<string> words)
        : base(name, codes.Length)
    {
        foreach (var code in codes.Span)
        {
            if (code < -1 || code >= words.Count)
                throw new ArgumentOutOfRangeException(nameof(codes), code, $"Column '{name}' has {words.Count} words.");
        }

        this.codes = codes;
        this.words = words;
    }

    internal override string Format => "i";

    internal override string InnerFormat => "U";

    internal override ColumnBuffers Fix() => new Buffers(this);

    sealed unsafe class Buffers : ColumnBuffers
    {
        readonly int* codes;
        readonly byte* validity;
        readonly long* offsets;
        readonly byte* bytes;
        readonly int wordCount;

        internal Buffers(WordColumn column)
        {
            var byteCount = TextBuffer.ByteCount(column.words);
            wordCount = column.words.Count;
            offsets = Allocate<long>(wordCount + 1L);
            bytes = Allocate<byte>(byteCount);
            TextBuffer.Encode(column.words, offsets, bytes, byteCount);

            var codes = column.codes.Span;
            if (!codes.Contains(-1))
            {
                this.codes = Pin(column.codes);
                return;
            }

            // An absent row's code must still name a word.
            var present = new bool[codes.Length];
            this.codes = Allocate<int>(codes.Length);
            for (var i = 0; i < codes.Length; i++)
            {
                present[i] = codes[i] >= 0;
                this.codes[i] = Math.Max(codes[i], 0);
            }

            validity = Bits(present);
        }

        internal override void Show(ArrowSlot* slot, long start, long count)
        {
            ArrowSlot.Set(slot, count, validity is null ? null : validity + (start / 8), codes + start);
            ArrowSlot.SetInner(slot, wordCount, offsets, bytes);
            slot->Array.Dictionary = &slot->Inner;
        }
    }
}
