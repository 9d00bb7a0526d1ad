using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream tracker quarantine: what stream tracker listen refused and kept.</summary>
static class TrackerQuarantineCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder that was given to listen --quarantine" };
        var reason = new Option<string?>("--reason")
        {
            Description = "Only what was refused for this reason, such as checksum, signature, unknown-run or store",
            HelpName = "REASON",
        };
        var bytes = new Option<int>("--bytes")
        {
            Description = "How many bytes of each message are shown, in hexadecimal",
            HelpName = "N",
            DefaultValueFactory = _ => 32,
        };
        var command = new Command(
            "quarantine",
            "Lists messages of data streams that were refused, oldest first; the listener may be running"
        )
        {
            folder,
            reason,
            bytes,
        };
        command.SetAction(result =>
        {
            int shown = result.GetValue(bytes);
            if (shown is < 0 or > QuarantinedMessage.MaxBytes)
                throw new UsageException($"--bytes must be between 0 and {QuarantinedMessage.MaxBytes}");
            var table = new Table("received", "sender", "reason", "length", "bytes");
            try
            {
                foreach (var message in QuarantinedMessage.ReadFolder(result.GetValue(folder)!))
                {
                    if (result.GetValue(reason) is { } wanted && message.Reason != wanted) continue;
                    var first = message.Bytes[..Math.Min(shown, message.Bytes.Length)];
                    table.Add(
                        TrackerCommand.Text(message.Received),
                        message.Sender,
                        message.Reason,
                        message.Length,
                        Convert.ToHexStringLower(first.Span)
                    );
                }
            }
            catch (DataStreamException e)
            {
                throw new DataException(e.Message, cause: e);
            }
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream tracker quarantine refused",
            "stream tracker quarantine refused --reason signature --bytes 65536 --output json"
        );
    }
}
