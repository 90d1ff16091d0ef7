"""Take the pictures of a notebook that the docs show: ``python docs/record_notebook.py``.

The cells run in a kernel of their own, with an empty store in a temporary home; nbconvert makes the page with the
styles of JupyterLab's two themes, and chromium takes the picture. Beside what the tests need it needs nbconvert.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image, ImageChops

PICTURES = Path(__file__).parent / "_static"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTH, HEIGHT, SCALE, COLORS = 820, 2400, 2, 48

CELLS = [
    "%load_ext memo",
    """
import time
from memo import Store, memoize_step

LIMIT = 180

def clean(delays):
    return [delay for delay in delays if delay < LIMIT]

@memoize_step(tags=("models",))
def train(delays, *, scale=1.0):
    \"\"\"Fit the model to the delays of a year.\"\"\"
    time.sleep(2.5)
    kept = clean(delays)
    return sum(kept) / len(kept) * scale
""",
    "train([12, 31, 200, 4])",
    "train([12, 31, 200, 4])",
    "train",
    "def clean(delays):\n    return [delay for delay in delays if delay <= LIMIT]",
    "train.explain([12, 31, 200, 4])",
    "Store()",
]


def executed(home: Path) -> nbformat.NotebookNode:
    """Return the notebook after its cells have run, with the store below *home*."""
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEMO_")}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "IPYTHONDIR": str(home / ".ipython")}
    directory = home / "flights"
    directory.mkdir()
    (directory / "pyproject.toml").write_text('[project]\nname = "flights"\n')
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", coalesce_streams=True)
    client.execute(cwd=str(directory), env=environment)
    for cell in cells:
        for output in cell.outputs:
            for kind, text in output.get("data", {}).items():
                output.data[kind] = text.replace(str(home), "~") if isinstance(text, str) else text
    return notebook


def picture(notebook: nbformat.NotebookNode, theme: str, directory: Path) -> Image.Image:
    """Return what a browser shows of the notebook, without the empty space around."""
    exporter = HTMLExporter(theme=theme)
    page, taken = directory / f"{theme}.html", directory / f"{theme}.png"
    page.write_text(exporter.from_notebook_node(notebook)[0], "utf-8")
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--window-size={WIDTH},{HEIGHT}",
        f"--force-device-scale-factor={SCALE}", f"--user-data-dir={directory / 'profile'}",
        f"--screenshot={taken}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(taken) as opened:
        whole = opened.convert("RGB")
    empty = Image.new("RGB", whole.size, whole.getpixel((0, whole.height - 1)))
    bottom = ImageChops.difference(whole, empty).getbbox()[3]
    return whole.crop((0, 0, whole.width, bottom + 16 * SCALE)).quantize(COLORS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    if BROWSER is None:
        sys.exit("needs chromium")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        finished = executed(home)
        for theme in ("light", "dark"):
            file = PICTURES / f"notebook-{theme}.png"
            picture(finished, theme, home).save(file, optimize=True)
            print("wrote", file.name, file.stat().st_size // 1024, "KiB")
