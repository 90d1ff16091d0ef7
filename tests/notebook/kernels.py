"""Real kernels, driven as notebook programs do it, and what their cells show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

pytest.importorskip("ipykernel", reason="there is no kernel without ipykernel")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
Config = pytest.importorskip("traitlets.config").Config

LONGEST = 300  # seconds after which a kernel hangs; no test waits for it


class Shown(NamedTuple):
    """What one run of a cell has shown.

    Attributes:
        outputs: the outputs, in order: kind and text.
        raw: the outputs as the notebook's file has them.
    """

    outputs: list[tuple[str, str]]
    raw: list[Any]

    @property
    def hits(self) -> list[str]:
        """The lines that say what hits have saved."""
        return [text for _, text in self.outputs if text.endswith("saved")]

    @property
    def own(self) -> list[tuple[str, str]]:
        """What the cell itself has shown."""
        return [(kind, text) for kind, text in self.outputs if not text.endswith("saved")]

    def text(self, kind: str) -> str:
        """Return the texts of one kind."""
        return "".join(text for each, text in self.outputs if each == kind)


class Kernel:
    """A kernel that runs."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:
        self._client, self._runner = client, runner

    def run(self, source: str) -> Shown:
        """Run a cell and return what it shows; what it raises is one of its outputs."""
        cells = self._client.nb.cells
        cells.append(nbformat.v4.new_code_cell(source))
        cell = self._runner.run(self._client.async_execute_cell(cells[-1], len(cells) - 1))
        return Shown(list(map(_told, cell.outputs)), list(cell.outputs))

    def restart(self) -> None:
        """Begin with nothing but what is stored."""
        self._runner.run(self._restarted())

    async def _restarted(self) -> None:
        await self._client.km.restart_kernel(now=True)
        await self._client.kc.wait_for_ready(timeout=LONGEST)


def _told(output: Any) -> tuple[str, str]:
    kind = output.output_type
    if kind == "stream":
        return output.name, output.text
    if kind == "error":
        return "error", f"{output.ename}: {output.evalue}"
    return kind, output.data.get("text/plain", "")


@contextlib.contextmanager
def kernel(directory: Path) -> Iterator[Kernel]:
    """Start a kernel in *directory*, as for a notebook there, and end it."""
    notebook = nbformat.v4.new_notebook()
    with TemporaryDirectory() as sockets, asyncio.Runner() as runner:
        client = nbclient.NotebookClient(
            notebook, timeout=LONGEST, startup_timeout=LONGEST, iopub_timeout=LONGEST, kernel_name="python3",
            allow_errors=True, resources={"metadata": {"path": str(directory)}},
            # A port that is free when it is chosen may be another program's when the kernel opens it.
            config=Config(KernelManager=Config(transport="ipc", ip=f"{sockets}/kernel")),
        )  # fmt: skip
        running = client.async_setup_kernel()
        runner.run(running.__aenter__())
        try:
            yield Kernel(client, runner)
        finally:
            runner.run(running.__aexit__(None, None, None))
