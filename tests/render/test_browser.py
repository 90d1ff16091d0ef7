"""What a notebook shows is looked at in a real browser: its text can be read in a light and in a dark theme."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from memo.render import Card, Line, Table, card_html, html_of

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs chromium (apt-get install chromium)")

#: JupyterLab's own: page and text of its two themes, and what it does to tables.
THEMES = {"light": ("#ffffff", "rgba(0,0,0,.87)"), "dark": ("#111111", "#ffffff")}
JUPYTER = (
    "<!doctype html><meta charset=utf-8><style>body{margin:8px;font:14px sans-serif;background:%s;color:%s}"
    ".jp td,.jp table thead th{text-align:right;padding:.5em}.jp tbody tr:nth-child(odd){background:#888}</style>"
    "<div class=jp>"
)
# For each text that is not folded away: what it says, and where it is.
LOOK = """<pre id=found></pre><script>
const found = [], walker = document.createTreeWalker(document.querySelector('.jp'), NodeFilter.SHOW_TEXT)
while (walker.nextNode()) {
  const node = walker.currentNode, range = document.createRange()
  if (!node.data.trim() || !node.parentElement.checkVisibility()) continue
  range.selectNodeContents(node)
  const box = range.getBoundingClientRect()
  found.push([node.data, box.x, box.y, box.width, box.height])
}
const loaded = performance.getEntriesByType('resource').length
document.getElementById('found').textContent = JSON.stringify({found, loaded, width: document.body.scrollWidth})
</script>"""
LINE = Line(
    "p/m:fit", "title", "key 42f4af89fc7a",
    (
        Line("not stored", "bad", parts=(Line("- old", "removed"), Line("+ new", "added"), Line("  same", "source"))),
        Line("stored", "good"),
        Line("code", "title", parts=(Line("hidden"),), is_folded=True),
        Line("a_very_long_name" * 40, aside="0123456789ab" * 40),
    ),
)  # fmt: skip
CARD = Card(
    "p/m:fit", "step", ("Fit the model.",), 'version="2"',
    Table(("Step", "Hits"), [["p/m:fit", "12"], ["p/m:load", "3"]], more="in /store"), (("newest", Table((), [])),),
)  # fmt: skip


def browse(page: Path, *options: str) -> str:
    profile = page.parent / "profile"
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}",
        "--window-size=700,900", "--virtual-time-budget=1000", *options, page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


@pytest.fixture(scope="module", params=THEMES)
def looked_at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Return what the browser found on a page with an outline and a card, and its picture."""
    directory = tmp_path_factory.mktemp(request.param)
    page, picture = directory / "page.html", directory / "page.png"
    page.write_text(JUPYTER % THEMES[request.param] + html_of(LINE) + card_html(CARD) + "</div>" + LOOK, "utf-8")
    dumped = browse(page, "--dump-dom")
    browse(page, f"--screenshot={picture}")
    return json.loads(html.unescape(re.search("<pre id=.found.>(.*?)</pre>", dumped, re.DOTALL)[1])), picture


def luminance(color: tuple[int, ...]) -> float:
    """Return how bright a color is, as the guidelines for accessible contents define it."""
    parts = [each / 255 for each in color[:3]]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_that_is_not_folded_has_the_contrast_that_guidelines_ask_for(looked_at) -> None:
    image_of = pytest.importorskip("PIL.Image")
    with image_of.open(looked_at[1]) as opened:
        picture = opened.convert("RGB")
    seen = []
    for text, x, y, width, height in looked_at[0]["found"]:
        part = picture.crop((int(x), int(y), int(x + width) + 1, int(y + height) + 1))
        shades = [luminance(color) for _, color in part.getcolors(part.width * part.height)]
        contrast = (max(shades) + 0.05) / (min(shades) + 0.05)
        assert 4.5 <= contrast, (text, contrast)
        seen.append(text)
    assert {"p/m:fit", "key 42f4af89fc7a", "not stored", "- old", "+ new", "stored", "Fit the model.", 'version="2"',
            "Hits", "12", "in /store"} <= set(seen)  # fmt: skip
    assert "hidden" not in seen


def test_nothing_is_loaded_and_nothing_is_wider_than_the_page(looked_at) -> None:
    assert (0, True) == (looked_at[0]["loaded"], looked_at[0]["width"] <= 700)


def test_a_notebooks_own_style_of_tables_does_not_count(looked_at) -> None:
    """Words are read from the left and numbers from the right, whatever the notebook does to tables."""
    found = {text: (x, x + width) for text, x, _, width, _ in looked_at[0]["found"]}
    assert found["Step"][0] == pytest.approx(found["p/m:load"][0], abs=0.5)
    assert found["Hits"][1] == pytest.approx(found["12"][1], abs=0.5) == pytest.approx(found["3"][1], abs=0.5)
