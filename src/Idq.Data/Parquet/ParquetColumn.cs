using Parquet;
using Parquet.Schema;

namespace Idq.Data.Parquet;

/// <summary>A named column to be written. Its values are not copied: leave them alone until the call that writes them returns.</summary>
public abstract class ParquetColumn
{
    private protected ParquetColumn(string name, int length) => (Name, Length) = (name, length);

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Rows.</summary>
    public int Length { get; }

    /// <summary>A BIGINT column.</summary>
    public static ParquetColumn Longs(string name, ReadOnlyMemory<long> values) => new Numbers<long>(name, values);

    /// <summary>A UTINYINT column.</summary>
    public static ParquetColumn Bytes(string name, ReadOnlyMemory<byte> values) => new Numbers<byte>(name, values);

    /// <summary>A DOUBLE column; every bit is kept, of NaN and of −0 too.</summary>
    public static ParquetColumn Doubles(string name, ReadOnlyMemory<double> values) => new Numbers<double>(name, values);

    /// <summary>A VARCHAR column of few distinct words: each row holds the index of its word.</summary>
    /// <exception cref="DataException">The words are in another order in UTF-16 than in UTF-8; readers would misread it.</exception>
    public static ParquetColumn Words(string name, ReadOnlyMemory<int> codes, IReadOnlyList<string> words)
    {
        // The library states the least and greatest word in the order of UTF-16, where characters beyond U+FFFF (surrogates) come before
        // those from U+E000 on; readers compare in UTF-8, where they come after them.
        if (words.Count > 1 && words.Any(w => w.Any(char.IsSurrogate)) && words.Any(w => w.Any(c => c >= '\ue000')))
            throw new DataException(
                $"the column '{name}' mixes characters beyond U+FFFF with some from U+E000 to U+FFFF; rename one of its texts");
        return new WordColumn(name, codes, words);
    }

    /// <summary>A DOUBLE[] column of lists of one length: row i holds <paramref name="values"/>[i·width .. (i + 1)·width].</summary>
    /// <exception cref="ArgumentException">There are not <paramref name="rows"/> · <paramref name="width"/> values.</exception>
    public static ParquetColumn DoubleLists(string name, int rows, int width, ReadOnlyMemory<double> values) =>
        values.Length == (long)rows * width
            ? new DoubleListColumn(name, rows, width, values)
            : throw new ArgumentException($"{rows} lists of {width} elements are not {values.Length} values", nameof(values));

    /// <summary>The column as the schema of a file has it.</summary>
    internal abstract Field Field { get; }

    /// <summary>Writes some of the rows as the next column of a row group.</summary>
    internal abstract Task WriteAsync(ParquetRowGroupWriter group, DataField field, Range rows, CancellationToken cancellationToken);

    sealed class Numbers<T>(string name, ReadOnlyMemory<T> values) : ParquetColumn(name, values.Length) where T : unmanaged
    {
        internal override Field Field => new DataField(Name, typeof(T), isNullable: false);

        internal override Task WriteAsync(ParquetRowGroupWriter group, DataField field, Range rows, CancellationToken cancellationToken) =>
            group.WriteAsync(field, values[rows], cancellationToken: cancellationToken);
    }

    sealed class WordColumn(string name, ReadOnlyMemory<int> codes, IReadOnlyList<string> words) : ParquetColumn(name, codes.Length)
    {
        internal override Field Field => new DataField(Name, typeof(string), isNullable: false);

        internal override Task WriteAsync(ParquetRowGroupWriter group, DataField field, Range rows, CancellationToken cancellationToken)
        {
            var part = codes[rows].Span;
            var texts = new ReadOnlyMemory<char>[part.Length];
            for (var i = 0; i < texts.Length; i++) texts[i] = words[part[i]].AsMemory();
            return group.WriteAsync<ReadOnlyMemory<char>>(field, texts, cancellationToken: cancellationToken);
        }
    }

    sealed class DoubleListColumn(string name, int rows, int width, ReadOnlyMemory<double> values) : ParquetColumn(name, rows)
    {
        internal override Field Field => new ListField(Name, new DataField(ListField.ElementName, typeof(double), isNullable: false));

        // The format marks for every element whether it begins a list, and whether it is there: an empty list is a mark without an element.
        internal override Task WriteAsync(ParquetRowGroupWriter group, DataField field, Range rows, CancellationToken cancellationToken)
        {
            var (start, count) = rows.GetOffsetAndLength(Length);
            var marks = Math.Max(width, 1);
            var (repetition, definition) = (new int[count * marks], new int[count * marks]);
            repetition.AsSpan().Fill(field.MaxRepetitionLevel);
            for (var i = 0; i < count; i++) repetition[i * marks] = 0;
            definition.AsSpan().Fill(width == 0 ? field.MaxDefinitionLevel - 1 : field.MaxDefinitionLevel);
            var elements = values.Slice(start * width, count * width);
            return group.WriteAllPartsAsync<double>(field, elements, definition, repetition, cancellationToken);
        }
    }
}
