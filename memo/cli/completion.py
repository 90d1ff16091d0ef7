"""``memo completion``: what makes a shell complete commands, options, steps and keys."""

from __future__ import annotations

import json
import os
import re
from typing import ClassVar, Final

import click
from click.shell_completion import BashComplete, add_completion_class, get_completion_class, split_arg_string

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


add_completion_class(Bash)


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
