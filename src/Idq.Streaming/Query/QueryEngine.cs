using Idq.Data.DuckDb;

namespace Idq.Streaming;

/// <summary>
/// The DuckDB of a <see cref="QueryDatabase"/>, before it knows an analysis: empty tables that look like the views, and what a query wants
/// of them. It can be opened while a configuration is read.
/// </summary>
/// <threadsafety>For one thread at a time.</threadsafety>
public sealed class QueryEngine : IDisposable
{
    readonly DuckDatabase database;
    readonly DuckConnection outline;
    (string Sql, IReadOnlyDictionary<string, IReadOnlyList<ViewDemand>>? Demands)? last;

    QueryEngine(DuckDatabase database)
    {
        this.database = database;
        outline = database.Connect();
        Connection = database.Connect();
    }

    /// <summary>Where queries run.</summary>
    internal DuckConnection Connection { get; }

    /// <summary>Opens the engine.</summary>
    /// <exception cref="DuckException">The library is missing.</exception>
    public static QueryEngine Open()
    {
        var engine = new QueryEngine(DuckDatabase.Open());
        engine.outline.Execute("CREATE SCHEMA outline; SET schema = 'outline'");
        foreach (var table in QueryViews.Outlines) engine.outline.Execute($"CREATE TABLE {table}");
        foreach (var view in QueryViews.OfRows)
            engine.Connection.Execute($"CREATE TABLE no_{view.Name} (job VARCHAR, {view.FileColumns})");
        return engine;
    }

    /// <summary>Opens the engine and looks at the query that is going to be asked.</summary>
    /// <exception cref="DuckException">The library is missing, or the query is not one statement that reads.</exception>
    public static QueryEngine OpenFor(string sql)
    {
        var engine = Open();
        try
        {
            engine.Demands(sql);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>What a query wants of each view; null when that cannot be told.</summary>
    /// <exception cref="DuckException">It is not one statement that reads, or DuckDB refuses it; the message says why.</exception>
    internal IReadOnlyDictionary<string, IReadOnlyList<ViewDemand>>? Demands(string sql)
    {
        if (last?.Sql != sql)
        {
            outline.RequireReading(sql);
            last = (sql, QueryOutline.Of(outline, sql));
        }
        return last?.Demands;
    }

    /// <summary>Closes the engine.</summary>
    public void Dispose()
    {
        Connection.Dispose();
        outline.Dispose();
        database.Dispose();
    }
}
