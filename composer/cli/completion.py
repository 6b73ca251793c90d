"""``composer completion``: scripts that let a shell complete command lines.

May import: cli.
"""

import click

from composer.cli.complete import SHELLS

_BASH = """\
# composer completion bash
_composer() {
    local IFS=$'\\n' line last
    COMPREPLY=()
    last=:0
    while IFS= read -r line; do
        case $line in
            :[0-9]*) last=$line ;;
            *) COMPREPLY+=("${line%%$'\\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __completeBash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:] ]]; then
        compopt -o nospace
    fi
    if [[ $last == :0 ]]; then
        compopt -o default
    elif [[ $last == :8 ]]; then
        local typed=${COMP_WORDS[COMP_CWORD]#=} endings=("${COMPREPLY[@]}")
        compopt -o filenames -o default
        mapfile -t COMPREPLY < <(
            compgen -d -- "$typed"
            for line in "${endings[@]}"; do compgen -f -X "!*.$line" -- "$typed"; done
        )
    elif [[ $last == :16 ]]; then
        compopt -o dirnames
    fi
}
complete -F _composer composer
"""
_ZSH = """\
#compdef composer
# composer completion zsh
_composer() {
    local -a found lines plain
    local line last=:0
    lines=("${(@f)$("${words[1]}" __complete "${(@)words[2,$CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        if [[ $line == :[0-9]* ]]; then
            last=$line
        elif [[ $line == *[=:] ]]; then
            plain+=("$line")
        else
            line=${line//:/\\\\:}
            found+=("${line/$'\\t'/:}")
        fi
    done
    if [[ $last == :8 ]]; then
        _files -g "*.(${(j:|:)found})"
        return
    elif [[ $last == :16 ]]; then
        _files -/
        return
    fi
    (( $#plain )) && compadd -S '' -- $plain
    (( $#found )) && _describe -V composer found
    [[ $last == :0 && $#found == 0 ]] && _files
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _composer "$@"
else
    compdef _composer composer
fi
"""
_FISH = """\
# composer completion fish
function __composer_complete
    set -l words (commandline -opc)[2..] (commandline -ct)
    set -l found (composer __complete $words 2>/dev/null)
    test (count $found) -gt 0; or return
    switch "$found[-1]"
        case :8
            __fish_complete_path (commandline -ct)
        case :16
            __fish_complete_directories (commandline -ct)
        case '*'
            string join \\n -- $found[1..-2]
            test "$found[-1]" = :0; and __fish_complete_path (commandline -ct)
    end
end
complete -c composer -f -a '(__composer_complete)'
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print what makes a shell complete commands, options and names of services.

    bash: source <(composer completion bash), in ~/.bashrc

    zsh: composer completion zsh > "${fpath[1]}/_composer"

    fish: composer completion fish > ~/.config/fish/completions/composer.fish

    Example: source <(composer completion bash)
    """
    click.echo(_SCRIPTS[shell], nl=False)
