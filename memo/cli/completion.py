"""``memo completion``: what makes a shell complete commands, options, steps and keys."""

from __future__ import annotations

import json
import os
import re
from typing import ClassVar, Final

import click
from click.shell_completion import (
    BashComplete,
    FishComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

SHELLS: Final = ("bash", "zsh", "fish")


class Bash(BashComplete):
    """Completion in bash, where a colon ends a word, and where what is completed is read as it stands there.

    So the whole line is taken, what is replaced begins after the last colon, and each name is quoted.
    """

    source_template: ClassVar[str] = r"""%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" word before="" type value
    word="${line##*[[:space:]]}"
    [[ $COMP_WORDBREAKS == *:* && $word == *:* ]] && before="${word%%"${word##*:}"}"
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                printf -v value %%q "$value"
                COMPREPLY+=("${value#"$before"}") ;;
        esac
    done < <(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is completed, and what there is of that."""
        line = os.environ.get("COMP_WORDS", "")
        words = split_arg_string(line)
        if not words or re.search(r"(?<!\\)\s$", line):
            words.append("")
        return words[1:-1], words[-1]


class Zsh(ZshComplete):
    """Completion in zsh, whose completion system may not have been started, and where an option's value is a word."""

    source_template: ClassVar[str] = r"""(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }
%(complete_func)s() {
    local -a plain described
    local type value about
    [[ $PREFIX == --*=* ]] && compset -P '*='
    env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null |
        while IFS= read -r type && IFS= read -r value && IFS= read -r about; do
            case $type in
                dir) _path_files -/ ;;
                file) _path_files -f ;;
                plain) [[ $about == _ ]] && plain+=("$value") || described+=("$value:$about") ;;
            esac
        done
    (( $#described )) && _describe -V unsorted described -U
    (( $#plain )) && compadd -U -P "$IPREFIX" -V unsorted -a plain
}
compdef %(complete_func)s %(prog_name)s
"""


class Fish(FishComplete):
    """Completion in fish, where what comes back replaces the whole word; a name may have commas in it."""

    source_template: ClassVar[str] = r"""function %(complete_func)s
    set -l word (commandline -ct)
    set -l before (string match -r -- '^--[^=]+=' $word); or set before ''
    set -lx COMP_WORDS (commandline -cp)
    set -lx COMP_CWORD $word
    for line in (env %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
        set -l found (string split -m 1 , -- $line)
        switch $found[1]
            case dir
                printf '%%s\n' $before(__fish_complete_directories $found[2])
            case file
                printf '%%s\n' $before(__fish_complete_path $found[2])
            case plain
                printf '%%s\n' $before$found[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


for each in (Bash, Zsh, Fish):
    add_completion_class(each)


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def completion(*, shell: str | None, as_json: bool) -> None:
    r"""Print what makes a shell complete steps, keys and options.

    Without SHELL it is for the one that SHELL, the variable, names. Put into its configuration:

    \b
    bash:  eval "$(memo completion bash)"
    zsh:   eval "$(memo completion zsh)"
    fish:  memo completion fish | source
    """
    chosen = shell or os.path.basename(os.environ.get("SHELL", ""))  # noqa: PTH119 - it may be anything
    if chosen not in SHELLS:
        raise click.UsageError(f"name a shell: {', '.join(SHELLS[:-1])} or {SHELLS[-1]}")
    kind = get_completion_class(chosen)
    program = click.get_current_context().find_root().command
    try:
        script = "" if kind is None else kind(program, {}, "memo", "_MEMO_COMPLETE").source()
    except RuntimeError as error:  # click 8.1: the bash that is here is older than 4.4
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps({"shell": chosen, "script": script}, indent=2) if as_json else script, nl=as_json)
