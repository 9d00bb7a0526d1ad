namespace Idq.House.Tests.Architecture;

/// <summary>A place in the sources that names a type of another folder.</summary>
/// <param name="From">The folder of the file that names it, relative to <c>src</c>.</param>
/// <param name="To">A folder in which the type, or a part of it, is declared.</param>
/// <param name="File">The file that names it.</param>
/// <param name="Line">The line, counted from one.</param>
/// <param name="Type">The type.</param>
sealed record Mention(string From, string To, string File, int Line, string Type)
{
    public string FromRoom => RoomOf(From);

    public string ToRoom => RoomOf(To);

    static string RoomOf(string folder) => folder.Split('/')[0];
}
