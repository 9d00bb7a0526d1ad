using System.Buffers;
using Parquet;
using Parquet.Schema;

namespace Idq.Data.Parquet;

/// <summary>Reads named columns of a Parquet file, of this program's or of another's.</summary>
/// <threadsafety>For one thread at a time.</threadsafety>
public sealed class ParquetFileReader : IDisposable
{
    readonly string path;
    readonly ParquetReader reader;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public ParquetFileReader(string path) : this(path, () => new SynchronousFile(path, FileMode.Open, FileAccess.Read))
    {
    }

    /// <summary>Takes over a file that is open already, and reads its footer.</summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    public ParquetFileReader(SynchronousFile file) : this(file.Name, () => file)
    {
    }

    ParquetFileReader(string path, Func<SynchronousFile> open)
    {
        this.path = path;
        reader = Guard(() =>
        {
            var stream = open();
            try
            {
                return ParquetReader.CreateAsync(stream, leaveStreamOpen: false).GetAwaiter().GetResult();
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        });
    }

    /// <summary>Rows.</summary>
    public long Rows => reader.RowGroups.Sum(g => g.RowCount);

    /// <summary>The file's key/value metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => reader.CustomMetadata;

    /// <summary>Appends the values of a column. A NULL becomes NaN in a column of doubles.</summary>
    /// <typeparam name="T">The column's type: long, double, byte (UTINYINT).</typeparam>
    /// <exception cref="DataException">
    /// There is no such column, it is of another type, or holds NULL where the type has no NaN; or the file is damaged.
    /// </exception>
    public void Read<T>(string column, IBufferWriter<T> target, CancellationToken cancellationToken = default) where T : unmanaged
    {
        var field = reader.Schema.DataFields.FirstOrDefault(f => f.Path.Length == 1 && f.Name == column);
        if (field is null)
            throw new DataException($"'{path}' has no column '{column}'; it has "
                + string.Join(", ", reader.Schema.Fields.Select(f => f.Name)));
        if (field.ClrType != typeof(T))
            throw new DataException($"the column '{column}' of '{path}' is {field.ClrType.Name}, not {typeof(T).Name}");
        if (target is IBufferWriter<byte> bytes)
        {
            // The library does not read bytes in every encoding; in the file they are 32-bit integers, which it reads in all.
            var wide = new DataField(column, typeof(int), field.IsNullable);
            _ = new ParquetSchema(wide);
            var integers = new ArrayBufferWriter<int>();
            Append(wide, integers, cancellationToken);
            bytes.Write(Guard(() => Array.ConvertAll(integers.WrittenSpan.ToArray(), i => checked((byte)i))));
            return;
        }
        Append(field, target, cancellationToken);
    }

    /// <summary>Appends the elements of a column of lists of doubles of one length, list after list.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="width">The length of every list.</param>
    /// <param name="target">Takes <see cref="Rows"/> · <paramref name="width"/> elements.</param>
    /// <param name="cancellationToken">Stops the reading between two row groups.</param>
    /// <exception cref="DataException">There is no such column, its lists have another length, or the file is damaged.</exception>
    public void ReadLists(string column, int width, IBufferWriter<double> target, CancellationToken cancellationToken = default)
    {
        var field = reader.Schema.DataFields.FirstOrDefault(f => f.Path.FirstPart == column && f.MaxRepetitionLevel == 1)
            ?? throw new DataException($"'{path}' has no column '{column}' of lists");
        foreach (var group in reader.RowGroups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = checked((int)group.RowCount);
            if (rows == 0) continue;
            // The format has a mark for every element, and one for an empty list.
            var marks = checked(rows * Math.Max(width, 1));
            var (definition, repetition) = (new int[marks], new int[marks]);
            var values = new double[marks];
            Guard(() =>
            {
                group.ReadRawAsync<double>(field, values, definition, repetition, cancellationToken).AsTask().GetAwaiter().GetResult();
                return true;
            });
            for (var i = 0; i < marks; i++)
                if (definition[i] == field.MaxDefinitionLevel != width > 0 || (repetition[i] == 0) != (width == 0 || i % width == 0))
                    throw new DataException($"the lists of '{column}' of '{path}' are not all of {width} elements");
            target.Write(values.AsSpan(0, rows * width));
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    void Append<T>(DataField field, IBufferWriter<T> target, CancellationToken cancellationToken) where T : unmanaged
    {
        foreach (var group in reader.RowGroups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = checked((int)group.RowCount);
            if (rows == 0) continue;
            var values = target.GetMemory(rows)[..rows];
            Guard(() => Read(group, field, values, cancellationToken));
            target.Advance(rows);
        }
    }

    bool Read<T>(ParquetRowGroupReader group, DataField field, Memory<T> values, CancellationToken cancellationToken) where T : unmanaged
    {
        if (!field.IsNullable)
        {
            group.ReadAsync(field, values, cancellationToken: cancellationToken).AsTask().GetAwaiter().GetResult();
            return true;
        }
        // The values that are there come without gaps; the levels say which rows have one.
        var levels = new int[values.Length];
        group.ReadRawAsync(field, values, levels, null, cancellationToken).AsTask().GetAwaiter().GetResult();
        var present = levels.AsSpan().Count(field.MaxDefinitionLevel);
        if (present == values.Length) return true;
        if (values is not Memory<double> doubles) throw new DataException($"the column '{field.Name}' of '{path}' holds NULL");
        for (var row = values.Length - 1; row >= 0; row--)
            doubles.Span[row] = levels[row] == field.MaxDefinitionLevel ? doubles.Span[--present] : double.NaN;
        return true;
    }

    // A damaged file can make the library fail in any way.
    T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (DataException or OperationCanceledException or OutOfMemoryException))
        {
            throw new DataException($"cannot read '{path}': {e.Message}", cause: e);
        }
    }
}
