using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli;

/// <summary>Declares the options, arguments and action of a command, one line each.</summary>
static class Declarations
{
    extension(Command command)
    {
        /// <summary>An option that may be left out: its value is null then.</summary>
        /// <param name="name">Its name, with the dashes.</param>
        /// <param name="value">What stands for the value in the help.</param>
        /// <param name="meaning">Its line of the help.</param>
        public Option<string?> AddText(string name, string value, string meaning) => command.AddValue<string?>(name, value, meaning);

        /// <summary>An option of any type that may be left out: its value is the type's default then.</summary>
        public Option<T> AddValue<T>(string name, string value, string meaning) =>
            command.With(new Option<T>(name) { Description = meaning, HelpName = value });

        /// <summary>An option with a default value.</summary>
        public Option<T> AddValue<T>(string name, string value, string meaning, T byDefault) =>
            command.With(new Option<T>(name) { Description = meaning, HelpName = value, DefaultValueFactory = _ => byDefault });

        /// <summary>An option that must be given.</summary>
        public Option<T> AddRequired<T>(string name, string value, string meaning) =>
            command.With(new Option<T>(name) { Description = meaning, HelpName = value, Required = true });

        /// <summary>An option that accepts only these words, which are separated by |.</summary>
        public Option<string?> AddChoice(string name, string words, string meaning, string? byDefault = null)
        {
            var option = byDefault is null
                ? command.AddText(name, words, meaning)
                : command.AddValue<string?>(name, words, meaning, byDefault);
            option.AcceptOnlyFromAmong(words.Split('|'));
            return option;
        }

        /// <summary>An option that may be repeated; the help says so.</summary>
        public Option<string[]> AddList(string name, string value, string meaning) =>
            command.AddValue<string[]>(name, value, meaning + "; repeatable", []);

        /// <summary>An option without a value.</summary>
        public Option<bool> AddFlag(string name, string meaning) => command.With(new Option<bool>(name) { Description = meaning });

        /// <summary>A word that must be given.</summary>
        public Argument<string> AddWord(string name, string meaning)
        {
            var argument = new Argument<string>(name) { Description = meaning };
            command.Arguments.Add(argument);
            return argument;
        }

        /// <summary>Any number of words; at least one, unless there are words for when none is given.</summary>
        public Argument<string[]> AddWords(string name, string meaning, string[]? byDefault = null)
        {
            var argument = new Argument<string[]>(name) { Description = meaning, Arity = ArgumentArity.OneOrMore };
            if (byDefault is not null) (argument.Arity, argument.DefaultValueFactory) = (ArgumentArity.ZeroOrMore, _ => byDefault);
            command.Arguments.Add(argument);
            return argument;
        }

        /// <summary>The command, which does this and ends well.</summary>
        public Command Does(Action<ParseResult> action)
        {
            command.SetAction(result =>
            {
                action(result);
                return ExitCode.Done;
            });
            return command;
        }

        /// <summary>The command, which does this and ends with the exit code that it gives.</summary>
        public Command Does(Func<ParseResult, CancellationToken, Task<int>> action)
        {
            command.SetAction(action);
            return command;
        }

        /// <summary>The command, which prints this table.</summary>
        public Command Prints(Func<ParseResult, Table> table) => command.Does(result => table(result).Print(result.Format));

        /// <summary>The same for a table that is waited for.</summary>
        public Command Prints(Func<ParseResult, CancellationToken, Task<Table>> table) => command.Does(async (result, cancellationToken) =>
        {
            (await table(result, cancellationToken)).Print(result.Format);
            return ExitCode.Done;
        });

        /// <summary>The command, which prints this table; Ctrl-C and SIGTERM stop the work on it in order.</summary>
        public Command PrintsLater(Func<ParseResult, CancellationToken, Table> table) =>
            command.Prints((result, _) => StoppableAsync(stopping => table(result, stopping)));

        Option<T> With<T>(Option<T> option)
        {
            command.Options.Add(option);
            return option;
        }
    }

    /// <summary>Does work that ends when it is told to by Ctrl-C or SIGTERM.</summary>
    public static async Task<T> StoppableAsync<T>(Func<CancellationToken, T> work)
    {
        using var signals = new StopSignals();
        return await Task.Run(() => work(signals.Stopping), CancellationToken.None);
    }

    extension(ParseResult result)
    {
        /// <summary>The value of an option; null only if its type allows that.</summary>
        public T Get<T>(Option<T> option) => result.GetValue(option)!;

        /// <summary>The value of an argument.</summary>
        public T Get<T>(Argument<T> argument) => result.GetValue(argument)!;

        /// <summary>The value of an option, checked.</summary>
        /// <exception cref="UsageException">It is not as <paramref name="rule"/> says, such as "at least 1".</exception>
        public T GetChecked<T>(Option<T> option, Func<T, bool> isGood, string rule) =>
            result.Get(option) is { } value && isGood(value) ? value : throw new UsageException($"{option.Name} must be {rule}");

        /// <summary>The value of an option in decimal seconds, as nanoseconds: finite, at least <paramref name="least"/>.</summary>
        /// <exception cref="UsageException">It is no such number.</exception>
        public long GetSeconds(Option<string> option, long least = long.MinValue, string expected = "number of seconds") =>
            GpsSeconds.TryParseDuration(result.Get(option), out var nanoseconds) && nanoseconds >= least
                && nanoseconds is not (long.MinValue or long.MaxValue)
                ? nanoseconds
                : throw new UsageException($"{option.Name}: '{result.Get(option)}' is no {expected}");
    }
}
