namespace Idq.Tracking;

/// <summary>A stream server's counters as Prometheus reads them.</summary>
static class StreamMetricsText
{
    public static string Of(DataStreamServerStatistics statistics)
    {
        var text = new PrometheusText("datastream_")
            .Head("messages_total", "counter", "Messages that came, good or bad, by transport.")
            .Line("messages_total", statistics.Messages - statistics.StreamMessages, ("transport", "datagram"))
            .Line("messages_total", statistics.StreamMessages, ("transport", "stream"))
            .Counter("received_bytes_total", "Bytes of the messages that came.", statistics.Bytes)
            .Counter("records_total", "Records that were accepted: they are in the write-ahead log.", statistics.Records)
            .Counter("persisted_rows_total", "Rows brought into the store.", statistics.Persisted)
            .Counter("duplicate_messages_total", "Messages that had come before.", statistics.DuplicateMessages)
            .Counter("duplicate_rows_total", "Rows whose number was in the store already.", statistics.DuplicateRecords)
            .Counter("unknown_run_records_total", "Records of runs that the store does not know.", statistics.UnknownRunRecords)
            .Head("refused_messages_total", "counter", "Messages that were refused, by reason.");
        foreach (var (failure, count) in statistics.Refused.OrderBy(pair => pair.Key))
            text.Line("refused_messages_total", count, ("reason", QuarantineReason.Of(failure)));
        return text.Counter(
                "deferred_messages_total",
                "Messages not taken because the disk or the store was not ready; they come again.",
                statistics.Deferred
            )
            .Gauge("missing_messages", "Messages that are missing now between those that came.", statistics.MissingMessages)
            .Counter("lost_messages_total", "Messages that clients gave up before they arrived.", statistics.LostMessages)
            .Counter("failed_rows_total", "Rows that the store refused for good.", statistics.FailedRecords)
            .Counter("replayed_rows_total", "Rows found in the write-ahead log at the start.", statistics.ReplayedRecords)
            .Gauge("queued_messages", "Messages that wait between receiving and the write-ahead log.", statistics.Queued)
            .Gauge("waiting_records", "Records in the write-ahead log that are not in the store.", statistics.WaitingRecords)
            .Counter("acknowledgements_total", "Acknowledgements sent.", statistics.Acknowledgements)
            .Counter("errors_total", "Failures of sockets.", statistics.Errors)
            .Gauge("log_bytes", "Bytes in the write-ahead log.", statistics.LogBytes)
            .Counter("quarantined_messages_total", "Messages put into quarantine.", statistics.Quarantined)
            .Counter(
                "quarantine_missed_total",
                "Messages that came too fast for the quarantine, or that the disk did not take.",
                statistics.QuarantineMissed
            )
            .Gauge("quarantine_bytes", "Bytes in quarantine.", statistics.QuarantineBytes)
            .Gauge("uptime_seconds", "Time since the start.", statistics.Elapsed.TotalSeconds)
            .ToString();
    }
}
