using Microsoft.Data.Sqlite;

namespace Idq.Tracking.Tests.Store;

/// <summary>Queries whose cost must not grow with the history seek in an index. SQLite tells its plan whatever the table holds.</summary>
public sealed class QueryPlanTests() : StoreFixture(TestEngine.Sqlite)
{
    [Theory]
    [InlineData("step", "")]
    [InlineData("timestamp_ms", " AND step = @step")]
    public void Samples_of_a_history_are_sought_and_none_of_its_rows_scanned(string axis, string within)
    {
        _ = Store.LastSeq();
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + TrackerStore.SeekSql(new SqliteEngine(StorePath), axis, within);
        foreach (var name in (string[])["@run", "@key", "@targets", "@step"]) command.Parameters.AddWithValue(name, 0);
        var plan = new List<string>();
        using (var reader = command.ExecuteReader())
            while (reader.Read()) plan.Add(reader.GetString(3));
        Assert.Equal(2, plan.Count(line => line.StartsWith("SEARCH h", StringComparison.Ordinal)));
        Assert.DoesNotContain(
            plan,
            line => line.StartsWith("SCAN h", StringComparison.Ordinal) || line.Contains("TEMP B-TREE", StringComparison.Ordinal)
        );
        // Of the row, all of the key is known.
        Assert.Contains(
            plan,
            line => line.StartsWith("SEARCH h ", StringComparison.Ordinal) && line.Contains("step=?", StringComparison.Ordinal)
        );
    }
}
