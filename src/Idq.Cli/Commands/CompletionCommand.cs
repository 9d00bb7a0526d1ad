using System.CommandLine;

namespace Idq.Cli.Commands;

static class CompletionCommand
{
    // System.CommandLine answers "[suggest:POSITION] LINE" with one candidate a line.
    const string Bash = """
        _stream_complete() {
            local IFS=$'\n'
            COMPREPLY=($(stream "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null | grep -- "^${COMP_WORDS[COMP_CWORD]}"))
            [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o filenames -F _stream_complete stream
        """;

    const string Zsh = """
        #compdef stream
        _stream() {
            local -a candidates
            candidates=("${(@f)$(stream "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a candidates || _files
        }
        compdef _stream stream
        """;

    const string Fish = """
        complete -c stream -f -a '(stream "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var command = new Command("completion", "Prints a script that completes commands and options in the shell").WithExamples(
            "source <(stream completion bash)",
            "zsh > ~/.zfunc/_stream");
        var shell = command.AddWord("SHELL", "bash, zsh or fish");
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return command.Does(result => Console.Out.WriteLine(result.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
    }
}
