namespace Idq.Tracking.Tests.Store;

/// <summary>Where the store is when several places say so.</summary>
public sealed class StoreSettingsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("idq-settings-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string File(string text)
    {
        var path = Path.Combine(folder, "sqltrack.conf");
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    static Dictionary<string, string> Variables(params (string, string)[] variables) => variables.ToDictionary(v => v.Item1, v => v.Item2);

    [Fact]
    public void The_flag_comes_before_the_environment_and_the_environment_before_the_file()
    {
        var file = File("# where\nuser = filed\nhost = filehost\ndatabase = filedb\nschema=s 1\n");
        Assert.Equal("sqlite:x.db", StoreSettings.Locate("sqlite:x.db", Variables(("SQLTRACK_DSN_HOST", "h")), file));
        Assert.Equal("postgresql://filed@filehost:5432/filedb?schema=s%201", StoreSettings.Locate(null, Variables(), file));
        Assert.Equal(
            "postgresql://filed:p%40ss@envhost:7/filedb?schema=s%201",
            StoreSettings.Locate(
                null,
                Variables(("SQLTRACK_DSN_HOST", "envhost"), ("SQLTRACK_DSN_PORT", "7"), ("SQLTRACK_DSN_PASSWORD", "p@ss")),
                file
            )
        );
        Assert.Equal(
            "postgresql://filed@filehost:5432/filedb?schema=s%201",
            StoreSettings.Locate(null, Variables(("SQLTRACK_CONFIG_PATH", file)))
        );
    }

    [Fact]
    public void The_user_is_the_callers_and_the_database_the_users_unless_said_otherwise() =>
        Assert.Equal("postgresql://me@db:5432/me", StoreSettings.Locate(null, Variables(("USER", "me"), ("SQLTRACK_DSN_HOST", "db"))));

    [Fact]
    public void A_path_names_an_SQLite_file()
    {
        Assert.Equal("sqlite:a b.db", StoreSettings.Locate(null, Variables(("SQLTRACK_DSN_DBPATH", "a b.db"))));
        Assert.Equal("sqlite:sqltrack.db", StoreSettings.Locate(null, Variables(("SQLTRACK_DSN_ENGINE", "sqlite"))));
    }

    [Fact]
    public void Nothing_said_is_nothing_and_a_file_that_was_named_must_be_there()
    {
        Assert.Null(StoreSettings.Locate(null, Variables(("PATH", "/bin"))));
        Assert.Contains(
            "nowhere.conf",
            Assert.Throws<TrackerException>(() => StoreSettings.Locate(null, Variables(), "nowhere.conf")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "line 2",
            Assert.Throws<TrackerException>(() => StoreSettings.Locate(null, Variables(), File("user = a\nnonsense\n"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_folder_of_objects_is_said_in_the_same_places_and_is_no_part_of_the_location()
    {
        var file = File("host = h\ndatabase = d\nuser = u\nobjects = /filed\n");
        Assert.Equal("postgresql://u@h:5432/d", StoreSettings.Locate(null, Variables(("SQLTRACK_DSN_OBJECTS", "/said")), file));
        Assert.Equal("/given", StoreSettings.LocateObjects("/given", Variables(("SQLTRACK_DSN_OBJECTS", "/said")), file));
        Assert.Equal("/said", StoreSettings.LocateObjects(null, Variables(("SQLTRACK_DSN_OBJECTS", "/said")), file));
        Assert.Equal("/filed", StoreSettings.LocateObjects(null, Variables(), file));
        Assert.Null(StoreSettings.LocateObjects(null, Variables()));
        Assert.Null(StoreSettings.Locate(null, Variables(("SQLTRACK_DSN_OBJECTS", "/said"))));
    }
}
