namespace Idq.Data.Tests.DuckDb;

public sealed class DuckLibraryTests
{
    [Fact]
    public void The_library_that_came_with_the_package_says_its_version() =>
        Assert.Matches(@"^v1\.5\.\d+$", DuckDB.NET.Native.NativeMethods.Startup.DuckDBLibraryVersion());

    [Fact]
    public void It_lies_beside_the_program_and_those_of_other_platforms_do_not()
    {
        var files = Directory.GetFiles(AppContext.BaseDirectory, "*duckdb.*", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.Equal(["libduckdb.so"], files);
    }
}
