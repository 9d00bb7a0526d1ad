using Parquet;
using Parquet.Schema;

namespace Idq.Data.Parquet;

/// <summary>A named column to be written. Its values are not copied: leave them alone until the call that writes them returns.</summary>
public sealed class ParquetColumn
{
    readonly Func<Field> makeField;
    readonly Writing write;

    ParquetColumn(string name, int length, Func<Field> makeField, Writing write) =>
        (Name, Length, this.makeField, this.write) = (name, length, makeField, write);

    delegate Task Writing(ParquetRowGroupWriter group, DataField field, Range rows, CancellationToken cancellationToken);

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Rows.</summary>
    public int Length { get; }

    /// <summary>The column as the schema of a file has it; a new one for every schema.</summary>
    internal Field Field => makeField();

    /// <summary>A BIGINT column.</summary>
    public static ParquetColumn Longs(string name, ReadOnlyMemory<long> values) => Numbers(name, values);

    /// <summary>A UTINYINT column.</summary>
    public static ParquetColumn Bytes(string name, ReadOnlyMemory<byte> values) => Numbers(name, values);

    /// <summary>A DOUBLE column; every bit is kept, of NaN and of −0 too.</summary>
    public static ParquetColumn Doubles(string name, ReadOnlyMemory<double> values) => Numbers(name, values);

    /// <summary>A VARCHAR column of few distinct words: each row holds the index of its word.</summary>
    /// <exception cref="DataException">The words are in another order in UTF-16 than in UTF-8; readers would misread it.</exception>
    public static ParquetColumn Words(string name, ReadOnlyMemory<int> codes, IReadOnlyList<string> words)
    {
        // The library states the least and greatest word in the order of UTF-16, where characters beyond U+FFFF (surrogates) come before
        // those from U+E000 on; readers compare in UTF-8, where they come after them.
        if (words.Count > 1 && words.Any(w => w.Any(char.IsSurrogate)) && words.Any(w => w.Any(c => c >= '\ue000')))
            throw new DataException(
                $"the column '{name}' mixes characters beyond U+FFFF with some from U+E000 to U+FFFF; rename one of its texts");
        return new(name, codes.Length, () => new DataField(name, typeof(string), isNullable: false), (group, field, rows, stopping) =>
        {
            var texts = Array.ConvertAll(codes[rows].ToArray(), code => words[code].AsMemory());
            return group.WriteAsync<ReadOnlyMemory<char>>(field, texts, cancellationToken: stopping);
        });
    }

    /// <summary>A DOUBLE[] column of lists of one length: row i holds <paramref name="values"/>[i·width .. (i + 1)·width].</summary>
    /// <exception cref="ArgumentException">There are not <paramref name="rows"/> · <paramref name="width"/> values.</exception>
    public static ParquetColumn DoubleLists(string name, int rows, int width, ReadOnlyMemory<double> values)
    {
        if (values.Length != (long)rows * width)
            throw new ArgumentException($"{rows} lists of {width} elements are not {values.Length} values", nameof(values));
        Field List() => new ListField(name, new DataField(ListField.ElementName, typeof(double), isNullable: false));
        return new(name, rows, List, (group, field, part, stopping) =>
        {
            // The format marks for every element whether it begins a list, and whether it is there: an empty list is a mark without one.
            var (start, count) = part.GetOffsetAndLength(rows);
            var marks = Math.Max(width, 1);
            var (repetition, definition) = (new int[count * marks], new int[count * marks]);
            repetition.AsSpan().Fill(field.MaxRepetitionLevel);
            for (var i = 0; i < count; i++) repetition[i * marks] = 0;
            definition.AsSpan().Fill(width == 0 ? field.MaxDefinitionLevel - 1 : field.MaxDefinitionLevel);
            return group.WriteAllPartsAsync<double>(field, values.Slice(start * width, count * width), definition, repetition, stopping);
        });
    }

    /// <summary>Writes some of the rows as the next column of a row group.</summary>
    internal Task WriteAsync(ParquetRowGroupWriter group, DataField field, Range rows, CancellationToken cancellationToken) =>
        write(group, field, rows, cancellationToken);

    static ParquetColumn Numbers<T>(string name, ReadOnlyMemory<T> values) where T : unmanaged => new(
        name, values.Length, () => new DataField(name, typeof(T), isNullable: false),
        (group, field, rows, stopping) => group.WriteAsync(field, values[rows], cancellationToken: stopping));
}
