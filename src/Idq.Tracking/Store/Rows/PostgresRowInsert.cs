using Npgsql;

namespace Idq.Tracking;

/// <summary>Rows travel to PostgreSQL many at once, an array for every column.</summary>
sealed class PostgresRowInsert : RowInsert
{
    // A larger statement is not faster and only takes memory.
    const int MostRows = 4096;

    readonly NpgsqlCommand command;
    readonly Column[] columns;
    int rows;
    long changed;

    public PostgresRowInsert(NpgsqlConnection connection, string table, IReadOnlyList<RowColumn> columns, string conflict)
    {
        this.columns =
        [
            .. columns.Select(column =>
                (Column)(
                    column.Type == typeof(long) ? new Integers()
                    : column.Type == typeof(double) ? new Numbers()
                    : new Texts()
                )
            ),
        ];
        command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) "
            + $"SELECT * FROM unnest({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))}) {conflict}";
    }

    public override void Set(int column, long value) => columns[column].Set(value);

    public override void Set(int column, double value) => columns[column].Set(value);

    public override void Set(int column, string? value) => columns[column].Set(value);

    public override void SetNull(int column) => columns[column].SetNull();

    public override void Next()
    {
        foreach (var column in columns) column.Keep();
        if (++rows == MostRows) Send();
    }

    public override long Flush()
    {
        if (rows > 0) Send();
        var all = changed;
        changed = 0;
        return all;
    }

    public override void Reset()
    {
        foreach (var column in columns) column.Clear();
        (rows, changed) = (0, 0);
    }

    public override void Dispose() => command.Dispose();

    void Send()
    {
        command.Parameters.Clear();
        foreach (var column in columns) command.Parameters.Add(column.Parameter());
        try
        {
            changed += command.ExecuteNonQuery();
        }
        finally
        {
            foreach (var column in columns) column.Clear();
            rows = 0;
        }
    }

    abstract class Column
    {
        public virtual void Set(long value) => throw new InvalidOperationException("the column holds no integers");

        public virtual void Set(double value) => throw new InvalidOperationException("the column holds no numbers");

        public virtual void Set(string? value) => throw new InvalidOperationException("the column holds no text");

        public abstract void SetNull();

        public abstract void Keep();

        public abstract void Clear();

        public abstract NpgsqlParameter Parameter();
    }

    abstract class Column<T> : Column
    {
        readonly List<T?> kept = [];

        protected T? Current { get; set; }

        public override void SetNull() => Current = default;

        public override void Keep() => kept.Add(Current);

        public override void Clear() => kept.Clear();

        public override NpgsqlParameter Parameter() => new NpgsqlParameter<List<T?>> { TypedValue = kept };
    }

    sealed class Integers : Column<long?>
    {
        public override void Set(long value) => Current = value;
    }

    sealed class Numbers : Column<double?>
    {
        public override void Set(double value) => Current = value;
    }

    sealed class Texts : Column<string?>
    {
        public override void Set(string? value) => Current = value;
    }
}
