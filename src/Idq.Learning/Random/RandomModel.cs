using System.Text.Json;

namespace Idq.Learning;

/// <summary>The model of the null test: a key.</summary>
public sealed class RandomModel : ClassifierModel
{
    internal const string FlavorName = "random";

    /// <summary>A model that ranks by a seed and a stream.</summary>
    public RandomModel(ModelOrigin origin, ulong seed, ulong stream) : base(origin) => (Seed, Stream) = (seed, stream);

    /// <inheritdoc/>
    public override string Flavor => FlavorName;

    /// <summary>Nothing matters.</summary>
    public override IReadOnlyList<FeatureImportance> Importance => [];

    /// <summary>Key of the ranks.</summary>
    public ulong Seed { get; }

    /// <summary>Which of the seed's sequences: made of the nickname, so that two null tests are independent.</summary>
    public ulong Stream { get; }

    /// <summary>The rank of an instant: uniform in [0, 1), a pure function of seed, stream and time.</summary>
    public double Rank(GpsTime time) => new CounterRandom(Seed, Stream, time.Nanoseconds).NextDouble();

    /// <inheritdoc/>
    protected internal override void WriteBody(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seed", Seed);
        writer.WriteNumber("stream", Stream);
        writer.WriteEndObject();
    }

    internal static RandomModel Read(ModelOrigin origin, ExactJsonReader body) =>
        new(origin, body.Unsigned("seed"), body.Unsigned("stream"));
}
