using Idq.Data.DuckDb;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.Tests.DuckDb;

public sealed class DuckLibraryTests
{
    [Fact]
    public void The_library_is_looked_for_beside_the_program_first_and_then_upwards()
    {
        var candidates = DuckLibrary.Candidates("/a/b").ToArray();

        Assert.Equal(
            [
                "/a/b/libduckdb.so",
                "/a/b/native/libduckdb.so", "/a/b/artifacts/native/libduckdb.so",
                "/a/native/libduckdb.so", "/a/artifacts/native/libduckdb.so",
                "/native/libduckdb.so", "/artifacts/native/libduckdb.so",
            ],
            candidates);
    }

    [Fact]
    public void A_missing_library_is_one_message_that_says_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("duck").FullName;
        try
        {
            var failure = Assert.Throws<DuckException>(() => DuckLibrary.Load(folder, "libduckdb-that-nobody-has.so"));
            Assert.Contains("run scripts/setup", failure.Message);
            Assert.Contains(folder, failure.Message);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void A_file_that_is_no_library_is_passed_over()
    {
        var folder = Directory.CreateTempSubdirectory("duck").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "libbroken.so"), "not a library");
            Assert.Throws<DuckException>(() => DuckLibrary.Load(folder, "libbroken.so"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Its_version_is_the_one_that_set_up_pins() => Assert.Equal("v1.5.6", DuckDatabase.LibraryVersion);
}
