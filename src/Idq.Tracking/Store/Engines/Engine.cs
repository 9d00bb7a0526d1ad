using System.Data.Common;

namespace Idq.Tracking;

/// <summary>
/// What differs between the database engines that a store can live in: how a connection is opened, how the one writer is chosen, how
/// failures are told apart, and the few words of SQL that have no common spelling.
/// </summary>
abstract class Engine
{
    /// <summary>How long a writer waits for another process's lock unless told otherwise.</summary>
    public const int DefaultBusySeconds = 30;

    /// <summary>Where the store is, without secrets: what messages call it by.</summary>
    public abstract string Location { get; }

    /// <summary>The folder of its schema scripts: sqlite or postgres.</summary>
    public abstract string Dialect { get; }

    /// <summary>Opens a connection.</summary>
    public abstract DbConnection Open(bool isReadOnly);

    /// <summary>Begins a transaction that holds the store's one write lock, across processes, until it ends.</summary>
    public abstract void Begin(StoreConnection connection, Durability durability);

    /// <summary>Makes what must be there before the first script: a folder, a file in WAL mode, a schema.</summary>
    public abstract void Found(StoreConnection connection);

    /// <summary>What is there, found without writing.</summary>
    public abstract bool IsEmpty(StoreConnection connection);

    /// <summary>True when it is no tracker store but somebody else's database.</summary>
    public abstract bool IsForeign(StoreConnection connection);

    /// <summary>The columns of a table in their order, with the type of the values: double, long, string, or null for any other.</summary>
    public abstract List<(string Name, Type? Type)> Columns(StoreConnection connection, string table);

    /// <summary>
    /// Lets the numbers that the engine draws go on after the largest one that is there, when a row was given its number.
    /// </summary>
    public abstract void SkipNumbers(StoreConnection connection, string table);

    /// <summary>The failure as the store tells it.</summary>
    public abstract TrackerException Translate(DbException e);

    /// <summary>True when the connection is gone and another one may do.</summary>
    public abstract bool IsLost(DbException e);

    /// <summary>True when a statement violated a rule of the schema, and nothing is wrong with the connection.</summary>
    public abstract bool IsConstraint(DbException e);

    /// <summary>Sets a parameter; null is NULL. A NaN stays one.</summary>
    public abstract void Bind(DbParameter parameter, object? value);

    /// <summary>An INSERT for many rows.</summary>
    /// <param name="connection">A connection of this engine.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are set.</param>
    /// <param name="conflict">What is done with a row that is there already: an ON CONFLICT clause.</param>
    public abstract RowInsert Insert(DbConnection connection, string table, IReadOnlyList<RowColumn> columns, string conflict);

    /// <summary>The type of a column of doubles, of 64-bit integers, of text.</summary>
    public abstract string ColumnType(Type type);

    /// <summary>The condition that a column of whole numbers is one of those in an array parameter.</summary>
    public abstract string OneOf(string column, string parameter);

    /// <summary>The value of an array parameter, as <see cref="OneOf"/> wants it.</summary>
    public abstract object Array(IReadOnlyCollection<long> numbers);

    /// <summary>The text of one member of a JSON object, or NULL; numbers and booleans as their text.</summary>
    /// <param name="column">A column of JSON objects.</param>
    /// <param name="name">SQL for the name, such as a parameter.</param>
    public abstract string JsonText(string column, string name);

    /// <summary>A comparison by pattern that looks at case (LIKE of PostgreSQL) or not (ILIKE).</summary>
    public abstract string Like(string text, string pattern, bool ignoreCase);
}

/// <summary>What a commit survives. Either survives the death of the process, at any instruction.</summary>
enum Durability
{
    /// <summary>A power failure may undo the newest commits, in order; nothing is damaged.</summary>
    ProcessDeath,

    /// <summary>A power failure undoes nothing: one flush per commit.</summary>
    PowerLoss,
}
