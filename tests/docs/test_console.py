"""Each console block of a page is typed into a shell at a terminal, and shows there what the page says."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.terminal import PROMPT, Shell, needs_new_bash
from tests.dethash.code.project import write
from tests.docs.projects import PROJECTS, Project

REPOSITORY = Path(__file__).parents[2]
TAB = "<TAB>"
CONSOLE = re.compile(r"^```(?:console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: What is not typed here, by a word of the line, and why.
NOT_TYPED = {
    "pip": "it asks a network; the gate runs the README's line for the tests",
    "venv": "it is followed by pip",
    "tools/bin/python": "it needs what pip was to install; tests/docs/test_comparison.py looks at what it has written",
    "pytest": "it is what runs this",
    ".ci/run": "it is what runs this",
    "sphinx-build": "tests/docs/test_site.py builds the site",
    "docs/run_tutorial.py": "tests/docs/test_tutorial.py runs it",
}
DURATION = r"<?\d[\d.]* (?:ms|s|min|h|d|y)\b(?: \d\d (?:s|min|h)\b)?"
#: What is another one each time, and what it is matched by.
CHANGING = {
    "digest": (r"\b[0-9a-f]{8,64}\b", r"[0-9a-f]{8,64}"),
    "time": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",) * 2,
    "duration": (DURATION, DURATION),
    "size": (r"\d[\d.]* (?:[KMG]i)?B\b",) * 2,
    "maker": (r"memo \d[\w.]*, Python \d[\w.]*, \w+", r"memo \S+, Python \S+, \w+"),
    "rest": (r"\.\.\.", r"(?:.|\n)*"),
    "spaces": (r"\s+", r"\s+"),
}
TOKEN = re.compile("|".join(f"(?P<{name}>{seen})" for name, (seen, _) in CHANGING.items()))


class Typed(NamedTuple):
    """A line of a console block and what the page shows below it."""

    line: str
    shown: str

    @property
    def is_typed(self) -> bool:
        return not any(re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", self.line) for word in NOT_TYPED)


def typed_in(block: str) -> list[Typed]:
    """Return the lines that are typed in a block; those of a block ``sh`` have no prompt."""
    found: list[Typed] = []
    for line in block.splitlines():
        if line.startswith(PROMPT) or not found:
            found.append(Typed(line.removeprefix(PROMPT), ""))
        else:
            found[-1] = found[-1]._replace(shown=f"{found[-1].shown}{line}\n")
    return found


BLOCKS = {
    str(page.relative_to(REPOSITORY)): [typed_in(block) for block in CONSOLE.findall(page.read_text("utf-8"))]
    for page in [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
}


def python_of(page: Path) -> Iterator[str]:
    """Yield the page's Python as a program has it: what is typed at a prompt, but for what fails there."""
    for block in PYTHON.findall(page.read_text("utf-8")):
        if ">>>" in block:
            yield from (each.source for each in doctest.DocTestParser().get_examples(block) if each.exc_msg is None)
        else:
            yield block


class Session:
    """A person who types what a page says.

    Args:
        shell: where it is typed.
        root: the directory that stands for the root of the file system on the page.
    """

    def __init__(self, shell: Shell, root: Path) -> None:
        self._shell, self._root = shell, root
        self._digests: dict[str, str] = {}

    def type(self, block: list[Typed]) -> None:
        """Type a block; fail unless it shows what the page says, digests being the same ones as above on the page."""
        completed = False
        for typed, following in zip_longest(block, block[1:]):
            if not typed.is_typed or completed:
                completed = False
                continue
            answers = re.findall(r"\[y/N] (.+)$", typed.shown, re.MULTILINE)
            line, *shown, _ = self._shell.run(self._here(typed.line), answers)
            completed = TAB in typed.line
            if completed:  # the page shows what the line is then, and not what it answers
                assert PROMPT + self._here(following.line) == line.rstrip()
            else:
                self._compare(typed, "\n".join(shown).replace(str(self._root), ""))

    def _compare(self, typed: Typed, shown: str) -> None:
        names: list[str] = []
        found = re.fullmatch(_pattern(typed.shown.strip(), names), shown)
        if found is None:
            pytest.fail(f"$ {typed.line}\n{shown}\n\nis not what the page shows:\n\n{typed.shown}")
        for name, digest in zip(names, found.groups(), strict=True):
            assert digest.startswith(self._digests.setdefault(name, digest[:8])), (name, digest)

    def _here(self, line: str) -> str:
        """Return a line of the page with what its digests are here."""

        def known(word: re.Match[str]) -> str:
            return next((here for there, here in self._digests.items() if there.startswith(word[0])), word[0])

        return re.sub(r"\b[0-9a-f]{2,}\b", known, line).replace(TAB, "\t")


def _pattern(text: str, names: list[str]) -> str:
    """Return what matches *text* and all that differs from it only in what changes; add its digests to *names*."""
    parts, end = [], 0
    for token in TOKEN.finditer(text):
        matched = CHANGING[token.lastgroup or ""][1]
        if token.lastgroup == "digest":
            names.append(token[0][:8])
            matched = f"({matched})"
        parts += [re.escape(text[end : token.start()]), matched]
        end = token.end()
    return "".join([r"\s*", *parts, re.escape(text[end:]), r"\s*"])


@needs_new_bash
@pytest.mark.parametrize(
    "name", [name for name in BLOCKS if any(each.is_typed for block in BLOCKS[name] for each in block)]
)
def test_what_a_page_says_is_typed_shows_what_it_says(name: str, tmp_path: Path) -> None:
    project = PROJECTS.get(name, Project())
    home = tmp_path / "home" / "me"
    page = "".join(python_of(REPOSITORY / name))
    write(home / project.name, f'## pyproject.toml\n[project]\nname = "{project.name}"\n')
    write(home / project.name, project.files.replace("{page}", page))
    variables = {"HOME": str(home), "MEMO_DIR": f"{home}/.cache/memo", "COLUMNS": "250", "LINES": "50"}
    variables |= {"PYTHONDONTWRITEBYTECODE": "1"}  # a compiled file does not tell an edit from one a second before
    with Shell("bash", columns=250, cwd=home / project.name, **variables) as shell:
        session = Session(shell, tmp_path)
        for number, block in enumerate(BLOCKS[name]):
            for command in project.unseen.get(number, ()):
                _, *said, _ = shell.run(command)
                assert "0" == shell.run("echo $?")[1], said
            session.type(block)


def test_there_are_such_pages_and_each_reason_not_to_type_a_line_is_needed() -> None:
    lines = [typed.line for found in BLOCKS.values() for block in found for typed in block]
    assert len(lines) > 30
    assert all(any(word in line for line in lines) for word in NOT_TYPED)
    assert {name for name, found in BLOCKS.items() if found} >= set(PROJECTS)
