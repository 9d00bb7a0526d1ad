using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class TrackerQuarantineCommand
{
    public static Command Create()
    {
        var command = new Command(
            "quarantine", "Lists messages of data streams that were refused, oldest first; the listener may be running").WithExamples(
            "refused", "refused --reason signature --bytes 65536 --output json");
        var folder = command.AddWord("DIR", "The folder that was given to listen --quarantine");
        var reason = command.AddText(
            "--reason", "REASON", "Only what was refused for this reason, such as checksum, signature, unknown-run or store");
        var bytes = command.AddValue("--bytes", "N", "How many bytes of each message are shown, in hexadecimal", 32);
        return command.Prints(result =>
        {
            var most = result.GetChecked(
                bytes, n => n is >= 0 and <= QuarantinedMessage.MaxBytes, $"between 0 and {QuarantinedMessage.MaxBytes}");
            return Table.Of(QuarantinedMessage.ReadFolder(result.Get(folder)).Where(m => (result.Get(reason) ?? m.Reason) == m.Reason),
                ("received", m => TrackerValues.Text(m.Received)), ("sender", m => m.Sender), ("reason", m => m.Reason),
                ("length", m => m.Length), ("bytes", m => Convert.ToHexStringLower(m.Bytes[..Math.Min(most, m.Bytes.Length)].Span)));
        });
    }
}
