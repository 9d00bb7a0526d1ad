using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>What a user may do with an experiment and its runs; each includes those before it.</summary>
public enum Permission
{
    /// <summary>Nothing: the experiment is not shown.</summary>
    None,

    /// <summary>See it.</summary>
    Read,

    /// <summary>Log to it, tag it.</summary>
    Edit,

    /// <summary>Rename, delete and restore it and its runs.</summary>
    Manage,
}

/// <summary>The users of a server, how they prove who they are, and what they may do. Read from a small JSON or INI file.</summary>
/// <remarks>
/// A user has a <c>password</c> (for basic authentication; plain, or as <see cref="HashPassword"/> prints it), a <c>token</c> (for bearer
/// authentication), or both. <c>admin = true</c> allows everything. Otherwise an experiment's own permission counts, by name or number;
/// else the maker of an experiment manages it; else the user's <c>default</c>; else the file's.
/// </remarks>
/// <threadsafety>Safe.</threadsafety>
public sealed class AccessList
{
    const int Rounds = 200_000;
    const string HashPrefix = "pbkdf2$";

    readonly Dictionary<string, User> users;
    readonly Permission everyone;

    // How many passwords may be hashed or wait for it at once.
    // Clients that send wrong ones must not take the processor from users who are logged in.
    const int MostChecks = 16;

    // Unknown names take as long as known ones.
    static readonly string Nobody = $"{HashPrefix}{Rounds}${Convert.ToBase64String(new byte[16])}${Convert.ToBase64String(new byte[32])}";

    readonly Lock checking = new();
    int checks;

    // The hash of a password is slow by design, so a password that was right is remembered by a fast hash.
    readonly ConcurrentDictionary<string, byte[]> proven = new(StringComparer.Ordinal);

    AccessList(Dictionary<string, User> users, Permission everyone) => (this.users, this.everyone) = (users, everyone);

    /// <summary>Reads a file; JSON when it begins with a brace, else INI.</summary>
    /// <exception cref="FormatException">It cannot be read; the message names the place.</exception>
    public static AccessList Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"the file of users '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of such a file.</summary>
    /// <exception cref="FormatException">It cannot be read; the message names the place.</exception>
    public static AccessList Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var settings = text.TrimStart().StartsWith('{') ? FromJson(text) : FromIni(text);
        var users = new Dictionary<string, User>(StringComparer.Ordinal);
        var everyone = Permission.None;
        foreach ((var section, List<KeyValuePair<string, string>> entries) in settings)
        {
            if (section.Length == 0)
            {
                foreach ((var key, var value) in entries)
                    everyone =
                        key == "default"
                            ? ParsePermission(value, "default")
                            : throw new FormatException($"users: unknown setting '{key}': expected default");
                continue;
            }

            var user = new User(section);
            foreach ((var key, var value) in entries)
                user.Set(key, value);
            if (user.Password is null && user.Token is null)
                throw new FormatException($"users: '{section}' has neither a password nor a token");
            users.Add(section, user);
        }

        return users.Count > 0
            ? new AccessList(users, everyone)
            : throw new FormatException("users: there is no user, so nobody could log in");
    }

    /// <summary>A password as it may stand in the file without telling it.</summary>
    public static string HashPassword(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, 32);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{HashPrefix}{Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}"
        );
    }

    /// <summary>Who an Authorization header speaks for, or null.</summary>
    /// <exception cref="Refusal">Too many passwords are being checked.</exception>
    internal User? Authenticate(string? header)
    {
        if (header is null)
            return null;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var token = Encoding.UTF8.GetBytes(header["Bearer ".Length..].Trim());
            User? found = null;
            // All entries are compared, so that the time of an answer does not show which one matched.
            foreach (var user in users.Values)
            {
                if (user.Token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(user.Token), token))
                    found = user;
            }

            return found;
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        var decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), decoded, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return null;
        User? named = users.GetValueOrDefault(pair[..colon]);
        return IsRight(pair[..colon], named?.Password ?? Nobody, pair[(colon + 1)..]) ? named : null;
    }

    /// <summary>What a user may do with an experiment.</summary>
    internal Permission Of(User user, TrackedExperiment experiment)
    {
        if (user.IsAdmin)
            return Permission.Manage;
        if (user.Experiments.TryGetValue(experiment.Name, out Permission permission)
            || user.Experiments.TryGetValue(experiment.Id.ToString(CultureInfo.InvariantCulture), out permission))
        {
            return permission;
        }

        return experiment.Owner == user.Name ? Permission.Manage : user.Default ?? everyone;
    }

    /// <summary>What a user may do with an experiment that says nothing of it.</summary>
    internal Permission Otherwise(User user) => user.IsAdmin ? Permission.Manage : user.Default ?? everyone;

    bool IsRight(string user, string expected, string given)
    {
        var bytes = Encoding.UTF8.GetBytes(given);
        if (!expected.StartsWith(HashPrefix, StringComparison.Ordinal))
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), bytes);
        var quick = SHA256.HashData(bytes);
        if (proven.TryGetValue(user, out var known) && CryptographicOperations.FixedTimeEquals(known, quick))
            return true;
        try
        {
            if (Interlocked.Increment(ref checks) > MostChecks)
                throw new Refusal(RefusalCode.RequestLimitExceeded, "Too many passwords are being checked; try again later");
            lock (checking)
            {
                // Another request of the same user may have passed while this one waited.
                if (proven.TryGetValue(user, out known) && CryptographicOperations.FixedTimeEquals(known, quick))
                    return true;
                var parts = expected.Split('$');
                var hash = Rfc2898DeriveBytes.Pbkdf2(
                    given,
                    Convert.FromBase64String(parts[2]),
                    int.Parse(parts[1], CultureInfo.InvariantCulture),
                    HashAlgorithmName.SHA256,
                    32
                );
                if (!CryptographicOperations.FixedTimeEquals(hash, Convert.FromBase64String(parts[3])))
                    return false;
                proven[user] = quick;
                return true;
            }
        }
        finally
        {
            Interlocked.Decrement(ref checks);
        }
    }

    static Permission ParsePermission(string text, string where) => text.ToLowerInvariant() switch
    {
        "none" => Permission.None,
        "read" => Permission.Read,
        "edit" => Permission.Edit,
        "manage" => Permission.Manage,
        _ => throw new FormatException($"users: '{text}' of {where} is no permission: expected none, read, edit or manage"),
    };

    static Dictionary<string, List<KeyValuePair<string, string>>> FromJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            var sections = new Dictionary<string, List<KeyValuePair<string, string>>>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name != "users")
                {
                    Section("").Add(new(member.Name, Text(member.Value)));
                    continue;
                }

                foreach (var user in member.Value.EnumerateObject())
                {
                    foreach (var setting in user.Value.EnumerateObject())
                    {
                        if (setting.Name == "experiments")
                            Section(user.Name)
                                .AddRange(
                                    setting
                                        .Value.EnumerateObject()
                                        .Select(pair => new KeyValuePair<string, string>($"experiment {pair.Name}", Text(pair.Value)))
                                );
                        else
                            Section(user.Name).Add(new(setting.Name, Text(setting.Value)));
                    }
                }
            }

            return sections;

            List<KeyValuePair<string, string>> Section(string name) =>
                sections.TryGetValue(name, out var entries) ? entries : sections[name] = [];
            static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"users: the JSON cannot be read: {e.Message}", e);
        }
    }

    static Dictionary<string, List<KeyValuePair<string, string>>> FromIni(string text)
    {
        var sections = new Dictionary<string, List<KeyValuePair<string, string>>>(StringComparer.Ordinal) { [""] = [] };
        var entries = sections[""];
        foreach ((var index, var raw) in text.Split('\n').Index())
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            if (line[0] == '[' && line[^1] == ']')
            {
                var name = line[1..^1].Trim();
                var user = name == "access" ? "" : name.StartsWith("user ", StringComparison.Ordinal)
                    ? name["user ".Length..].Trim()
                    : throw new FormatException($"users: line {index + 1}: unknown section '[{name}]': expected [access] or [user NAME]");
                if (!sections.TryGetValue(user, out List<KeyValuePair<string, string>>? there))
                    sections.Add(user, there = []);
                entries = there;
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new FormatException($"users: line {index + 1}: expected key = value");
            entries.Add(new(line[..equals].Trim(), line[(equals + 1)..].Trim()));
        }

        return sections;
    }

    /// <summary>One user.</summary>
    internal sealed class User(string name)
    {
        public string Name => name;

        public string? Password { get; private set; }

        public string? Token { get; private set; }

        public bool IsAdmin { get; private set; }

        public Permission? Default { get; private set; }

        public Dictionary<string, Permission> Experiments { get; } = new(StringComparer.Ordinal);

        public void Set(string key, string value)
        {
            switch (key)
            {
                case "password":
                    Password = value.Length > 0 && (!value.StartsWith(HashPrefix, StringComparison.Ordinal) || value.Split('$').Length == 4)
                        ? value
                        : throw new FormatException($"users: the password of '{name}' is empty or not a whole hash");
                    break;
                case "token":
                    Token = value.Length > 0 ? value : throw new FormatException($"users: the token of '{name}' is empty");
                    break;
                case "admin":
                    IsAdmin = value.ToLowerInvariant() is "true" or "yes" or "1";
                    break;
                case "default":
                    Default = ParsePermission(value, $"user '{name}'");
                    break;
                case not null when key.StartsWith("experiment ", StringComparison.Ordinal):
                    Experiments[key["experiment ".Length..].Trim()] = ParsePermission(value, $"user '{name}'");
                    break;
                default:
                    throw new FormatException(
                        $"users: unknown setting '{key}' of '{name}': expected password, token, admin, default or experiment NAME"
                    );
            }
        }
    }
}
