using System.Runtime.InteropServices;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>The names of metrics in one batch, each made and checked once however often it comes.</summary>
/// <param name="limit">The greatest length of a name.</param>
sealed class KeyTable(int limit)
{
    readonly Dictionary<byte[], (string Key, bool IsGood)> keys = new(Utf8Order.Instance);
    (string Key, bool IsGood) last = ("", false);

    /// <summary>The name that a JSON text gives; null for a value that is no text which can be stored.</summary>
    public string? Find(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        var raw = JsonMarshal.GetRawUtf8Value(value);
        var known = keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (known.TryGetValue(raw, out last)) return last.Key;
        if (RequestFields.GoodText(value) is not { } text) return null;
        last = (text, text.Length <= limit && EntityNames.HasGoodCharacters(text) && EntityNames.IsUniquePath(text));
        known[raw] = last;
        return text;
    }

    /// <summary>True when the name that was found last may be the name of a metric.</summary>
    public bool IsGood(string key) => last.IsGood && ReferenceEquals(last.Key, key);

    sealed class Utf8Order : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Order Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
