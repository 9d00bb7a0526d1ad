using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.LigoLw;

public sealed class LigoLwReaderTests
{
    static List<string?[]> Rows(string document, string table = "t")
    {
        using var folder = new TemporaryFolder();
        using var reader = LigoLwReader.Open(folder.Write("d.xml", document));
        while (reader.NextTable())
        {
            if (reader.Table != table) continue;
            var rows = new List<string?[]>();
            while (reader.NextRow()) rows.Add(Enumerable.Range(0, reader.Columns.Count).Select(reader.Text).ToArray());
            return rows;
        }
        throw new InvalidOperationException("no table");
    }

    static string Document(string stream,
        string columns = "<Column Name='a' Type='int_4s'/><Column Name='t:b' Type='lstring'/><Column Name='g:t:c' Type='real_8'/>") =>
        $"<?xml version='1.0'?><!DOCTYPE LIGO_LW SYSTEM \"http://nowhere.invalid/x.dtd\"><LIGO_LW><Table Name='g:t:table'>"
            + $"{columns}<Stream Name='g:t:table' Delimiter=',' Type='Local'>{stream}</Stream></Table></LIGO_LW>";

    [Theory]
    [InlineData("")]
    [InlineData("\n\t\n")]
    public void A_table_may_be_empty(string stream) => Assert.Empty(Rows(Document(stream)));

    [Theory]
    [InlineData("1,\"x\",2.5,\n3,\"y\",4")]
    [InlineData("1,\"x\",2.5,3,\"y\",4,")]
    [InlineData(" 1 , \"x\" ,2.5\t,\n 3,y,4 \n")]
    [InlineData("1,<![CDATA[\"x\",2.5,3]]>,\"y\"<!-- not here -->,4")]
    public void Rows_are_cut_by_the_number_of_columns(string stream) =>
        Assert.Equal([["1", "x", "2.5"], ["3", "y", "4"]], Rows(Document(stream)));

    [Fact]
    public void Empty_fields_are_null_and_empty_quotes_are_not()
    {
        Assert.Equal([[null, "", null], ["3", null, null]], Rows(Document(",\"\",,\n3,,,")));
        Assert.Equal([["1", "x", null]], Rows(Document("1,\"x\",")));
        Assert.Equal([["1", "x", null], ["2", null, "3"]], Rows(Document("1,\"x\",,2,,3")));
    }

    [Fact]
    public void Quotes_keep_delimiters_entities_and_escapes() =>
        Assert.Equal([["1", "a,b<\"\\ c", "2"]], Rows(Document("1,\"a,b&lt;\\\"\\\\ c\",2")));

    [Fact]
    public void Another_delimiter_may_be_chosen() =>
        Assert.Equal([["1", "x"],],
            Rows("<L><Table Name='t'><Column Name='a'/><Column Name='b'/><Stream Name='t' Delimiter=' '>1 x</Stream></Table></L>"));

    [Fact]
    public void Names_lose_their_tables_and_types_are_kept()
    {
        using var folder = new TemporaryFolder();
        using var reader = LigoLwReader.Open(folder.Write("d.xml", Document("1,x,2.5")));
        Assert.True(reader.NextTable());
        Assert.Equal("t", reader.Table);
        Assert.Equal([new("a", "int_4s"), new("b", "lstring"), new("c", "real_8")], reader.Columns);
        Assert.Equal([true, false, true], reader.Columns.Select(c => c.IsNumeric));
        Assert.True(reader.NextRow());
        Assert.Equal((1L, 2.5, 1), (reader.Int64(0), reader.Double(2), reader.FindColumn("b")));
        Assert.Equal(-1, reader.FindColumn("d"));
        Assert.Contains("has no column 'd' (it has a, b, c)", Assert.Throws<DataException>(() => reader.RequireColumn("d")).Message);
        Assert.Contains("'x' in column b of the table t is not a number", Assert.Throws<DataException>(() => reader.Double(1)).Message);
        Assert.Contains("not a whole number", Assert.Throws<DataException>(() => reader.Int64(2)).Message);
        Assert.False(reader.NextRow());
        Assert.False(reader.NextRow());
        Assert.False(reader.NextTable());
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("\"segment_definer:segment_def_id:12\"", 12)]
    [InlineData("", -1)]
    public void Ids_are_integers_or_end_in_one(string field, long id)
    {
        using var folder = new TemporaryFolder();
        using var reader = LigoLwReader.Open(folder.Write("d.xml", Document($"{field},x,1")));
        Assert.True(reader.NextTable() && reader.NextRow());
        Assert.Equal(id, reader.Id(0));
        Assert.Throws<DataException>(() => reader.Id(1));
    }

    [Fact]
    public void Times_are_exact_and_nanoseconds_may_be_absent()
    {
        using var folder = new TemporaryFolder();
        using var reader = LigoLwReader.Open(
            folder.Write(
                "d.xml",
                Document(
                    "1126259462,391000001,,\n5,x,",
                    "<Column Name='s' Type='int_4s'/><Column Name='ns' Type='int_4s'/><Column Name='e' Type='int_4s'/>"
                )
            )
        );
        Assert.True(reader.NextTable() && reader.NextRow());
        Assert.Equal(new GpsTime(1126259462_391000001), reader.Time(0, 1));
        Assert.Equal(GpsTime.FromSeconds(1126259462L), reader.Time(0, 2));
        Assert.Equal(GpsTime.FromSeconds(1126259462L), reader.Time(0, -1));
        Assert.Throws<DataException>(() => reader.Time(2, 1));
        Assert.True(reader.NextRow());
        Assert.Throws<DataException>(() => reader.Time(0, 1));
    }

    [Fact]
    public void A_table_can_be_skipped_in_its_middle()
    {
        const string Two =
            "<L><Table Name='a'><Column Name='x'/><Stream Name='a'>1,2,3</Stream></Table><Table Name='b'><Column Name='y'/><Stream "
                + "Name='b'>4</Stream></Table></L>";
        using var folder = new TemporaryFolder();
        using var reader = LigoLwReader.Open(folder.Write("d.xml", Two));
        Assert.True(reader.NextTable() && reader.NextRow());
        Assert.True(reader.NextTable() && reader.NextRow());
        Assert.Equal(("b", "4"), (reader.Table, reader.Text(0)));
    }

    [Theory]
    [InlineData("1,x,2,3", "the last row of the table t has 1 fields instead of 3")]
    [InlineData("1,\"x,2", "a quote is not closed")]
    [InlineData("1,\"x\"y,2", "'y' follows a closed quote")]
    [InlineData("1,<b/>x,2", "<b> stands inside the rows")]
    public void A_torn_row_is_an_error_with_its_line(string stream, string part)
    {
        var message = Assert.Throws<DataException>(() => Rows(Document("\n\n" + stream))).Message;
        Assert.Contains(part, message);
        Assert.Contains("line 3", message);
    }

    [Fact]
    public void The_document_type_is_neither_fetched_nor_expanded()
    {
        const string Bomb =
            "<!DOCTYPE x [<!ENTITY a \"boom\"><!ENTITY s SYSTEM \"file:///etc/passwd\">]><L><Table Name='t'><Column Name='c'/><Stream "
                + "Name='t'>1,{0}</Stream></Table></L>";
        Assert.Equal([["1"], ["2"]], Rows(Bomb.Replace("{0}", "2", StringComparison.Ordinal)));
        Assert.Throws<DataException>(() => Rows(Bomb.Replace("{0}", "&a;", StringComparison.Ordinal)));
        Assert.Throws<DataException>(() => Rows(Bomb.Replace("{0}", "&s;", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_torn_document_is_an_error()
    {
        var whole = Document("1,x,2,\n3,y,4");
        for (var length = whole.Length - 1; length > whole.IndexOf("<Table", StringComparison.Ordinal); length -= 7)
        {
            var torn = whole[..length];
            // Once the rows are closed they are whole.
            if (torn.Contains("</Stream>", StringComparison.Ordinal)) Assert.Equal(2, Rows(torn).Count);
            else if (torn.Contains("<Stream ", StringComparison.Ordinal)
                && torn.LastIndexOf('>') > torn.IndexOf("<Stream", StringComparison.Ordinal))
                Assert.Throws<DataException>(() => Rows(torn));
        }
    }

    [Fact]
    public void Any_rows_survive_the_text()
    {
        var field = Gen.Elements("", "x", "a,b", "\"", "\\", " ", "&<>", "π", new string('y', 9000), "1").OrNull();
        var rows = field.ArrayOf(3).ListOf().ToArbitrary();
        Prop.ForAll(rows, Gen.Elements("", "\n", ",", ",\n").ToArbitrary(), (list, end) =>
        {
            if (list.Count > 0 && (list[^1][2] is null || end.Contains(','))) end = ",";
            else if (list.Count == 0) end = "";
            var stream = string.Join(",\n\t", list.Select(r => string.Join(',', r.Select(Escape)))) + end;
            return Rows(Document(stream)).SelectMany(r => r).SequenceEqual(list.SelectMany(r => r));
        }).QuickCheckThrowOnFailure();

        static string Escape(string? text) =>
            text is null
                ? ""
                : "\""
                    + System.Security.SecurityElement.Escape(
                        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                    + "\"";
    }

    [Fact]
    public void A_torn_gzip_file_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("d.xml.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            gzip.Write(
                Encoding.UTF8.GetBytes(Document(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},x{i * 7919},{i * 0.37},\n")))));
        Assert.Equal(5000, Count(path));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1000]);
        Assert.Contains(path, Assert.Throws<DataException>(() => Count(path)).Message);

        static int Count(string path)
        {
            using var reader = LigoLwReader.Open(path);
            var n = 0;
            while (reader.NextTable())
                while (reader.NextRow()) n++;
            return n;
        }
    }
}
