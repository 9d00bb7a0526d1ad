using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// Bounds how many connections there are at once. When all places are taken, the connection that has waited longest without a request
/// under way gives its place to the new one, so that clients who only hold connections, or send slowly, keep nobody out.
/// </summary>
/// <threadsafety>Safe.</threadsafety>
sealed class ConnectionRoom(int limit, ServerStatistics statistics)
{
    readonly Lock changing = new();

    // The connection that has waited longest comes first.
    readonly LinkedList<Seat> waiting = [];
    int count;

    /// <summary>Serves a connection to its end, if there is a place for it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var seat = new Seat(this, connection);
        if (!Enter(seat, out Seat? gone))
        {
            statistics.Displaced();
            connection.Abort(new ConnectionAbortedException("There are too many connections with requests under way"));
            return;
        }

        if (gone is not null)
        {
            statistics.Displaced();
            gone.Connection.Abort(new ConnectionAbortedException("The connection was idle, and its place was needed"));
        }

        connection.Features.Set(seat);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(seat);
        }
    }

    /// <summary>From now until it is disposed of, a request is under way on its connection.</summary>
    public static Turn Begin(IFeatureCollection features)
    {
        Seat? seat = features.Get<Seat>();
        seat?.Room.Busy(seat);
        return new Turn(seat);
    }

    bool Enter(Seat seat, out Seat? gone)
    {
        lock (changing)
        {
            gone = null;
            if (count >= limit)
            {
                if (waiting.First is not { } first)
                    return false;
                gone = first.Value;
                waiting.RemoveFirst();
                gone.HasPlace = false;
                count--;
            }

            count++;
            seat.HasPlace = true;
            waiting.AddLast(seat.Node);
            statistics.Connections = count;
            return true;
        }
    }

    void Leave(Seat seat)
    {
        lock (changing)
        {
            if (!seat.HasPlace)
                return;
            seat.HasPlace = false;
            if (seat.Node.List is not null)
                waiting.Remove(seat.Node);
            statistics.Connections = --count;
        }
    }

    void Busy(Seat seat)
    {
        lock (changing)
        {
            if (seat.Node.List is not null)
                waiting.Remove(seat.Node);
        }
    }

    void Idle(Seat seat)
    {
        lock (changing)
        {
            if (seat.HasPlace && seat.Node.List is null)
                waiting.AddLast(seat.Node);
        }
    }

    /// <summary>A request under way.</summary>
    internal readonly struct Turn(Seat? seat) : IDisposable
    {
        public void Dispose() => seat?.Room.Idle(seat);
    }

    /// <summary>One connection's place.</summary>
    internal sealed class Seat
    {
        public Seat(ConnectionRoom room, ConnectionContext connection)
        {
            (Room, Connection) = (room, connection);
            Node = new LinkedListNode<Seat>(this);
        }

        public ConnectionRoom Room { get; }

        public ConnectionContext Connection { get; }

        public LinkedListNode<Seat> Node { get; }

        public bool HasPlace { get; set; }
    }
}
