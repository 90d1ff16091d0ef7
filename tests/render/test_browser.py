"""What a notebook shows is looked at in a real browser: it can be read in the themes of JupyterLab and VS Code."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from memo.notebook.hits import hits_html
from memo.render import Card, Line, Table, card_html, html_of

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs chromium (apt-get install chromium)")

#: What JupyterLab and VS Code have around an output: their rules about tables and lists, in the order of their sheets.
JUPYTERLAB = """
body{margin:8px;background:var(--jp-layout-color0);color:var(--jp-ui-font-color1);font:14px sans-serif}
.jp-RenderedHTMLCommon{color:var(--jp-content-font-color1)}
.jp-RenderedHTMLCommon ul:not(.list-inline){padding-left:2em}.jp-RenderedHTMLCommon ul{list-style:disc}
.jp-RenderedHTMLCommon table{color:var(--jp-ui-font-color1);table-layout:fixed;margin-left:auto;margin-right:auto}
.jp-RenderedHTMLCommon td,.jp-RenderedHTMLCommon th,.jp-RenderedHTMLCommon tr{padding:.5em;border:none}
:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon td{text-align:right}
:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon th{text-align:right}
.jp-RenderedHTMLCommon th{font-weight:bold}
.jp-RenderedHTMLCommon tbody tr:nth-child(odd){background:var(--jp-layout-color0)}
.jp-RenderedHTMLCommon tbody tr:nth-child(even){background:var(--jp-rendermime-table-row-background)}
"""
VS_CODE = """
body{margin:8px;background:var(--vscode-editor-background);color:var(--vscode-editor-foreground);font:13px sans-serif}
table,thead,tr,th,td,tbody{border:none!important;border-spacing:0;border-collapse:collapse}
table,th,tr{vertical-align:middle;text-align:right}
thead{font-weight:bold;background-color:rgba(130,130,130,.16)}
th,td{padding:4px 8px}
tr:nth-child(even){background-color:rgba(130,130,130,.08)}
"""


class Host(NamedTuple):
    """A program that shows notebooks, in one of its themes."""

    is_dark: bool
    style: str
    body: str
    variables: dict[str, str]
    around: str = "output"


HOSTS = {
    "JupyterLab, light": Host(
        False, JUPYTERLAB, "data-jp-theme-light=true",
        {"--jp-layout-color0": "#fff", "--jp-ui-font-color1": "rgba(0,0,0,.87)", "--jp-content-font-color1":
         "rgba(0,0,0,.87)", "--jp-rendermime-table-row-background": "#f5f5f5"}, "jp-RenderedHTMLCommon",
    ),
    "JupyterLab, dark": Host(
        True, JUPYTERLAB, "data-jp-theme-light=false",
        {"--jp-layout-color0": "#111", "--jp-ui-font-color1": "#fff", "--jp-content-font-color1": "#fff",
         "--jp-rendermime-table-row-background": "#424242"}, "jp-RenderedHTMLCommon",
    ),
    "VS Code, light": Host(
        False, VS_CODE, "class=vscode-light data-vscode-theme-kind=vscode-light",
        {"--vscode-editor-background": "#fff", "--vscode-editor-foreground": "#3b3b3b"},
    ),
    "VS Code, dark": Host(
        True, VS_CODE, "class=vscode-dark data-vscode-theme-kind=vscode-dark",
        {"--vscode-editor-background": "#1f1f1f", "--vscode-editor-foreground": "#ccc"},
    ),
    "VS Code, high contrast": Host(
        True, VS_CODE, "class=vscode-high-contrast data-vscode-theme-kind=vscode-high-contrast",
        {"--vscode-editor-background": "#000", "--vscode-editor-foreground": "#fff"},
    ),
}  # fmt: skip


def page_of(host: Host, html: str) -> str:
    """Return a page as *host* has it, with *html* as an output."""
    variables = ";".join(f"{name}:{value}" for name, value in host.variables.items())
    return (
        f"<!doctype html><meta charset=utf-8><style>:root{{{variables}}}{host.style}</style>"
        f"<body {host.body}><div id=output class={host.around}>{html}</div>{LOOK}"
    )


# For each text that is not folded away: what it says, and where it is.
LOOK = """<pre id=found></pre><script>
const found = [], walker = document.createTreeWalker(document.getElementById('output'), NodeFilter.SHOW_TEXT)
while (walker.nextNode()) {
  const node = walker.currentNode, range = document.createRange()
  if (!node.data.trim() || !node.parentElement.checkVisibility()) continue
  range.selectNodeContents(node)
  const box = range.getBoundingClientRect()
  found.push([node.data, box.x, box.y, box.width, box.height])
}
const dark = matchMedia('(prefers-color-scheme: dark)').matches
const loaded = performance.getEntriesByType('resource').length
document.getElementById('found').textContent = JSON.stringify({found, dark, loaded, width: document.body.scrollWidth})
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
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        f"--user-data-dir={profile}",
        "--window-size=700,900", "--virtual-time-budget=1000", *options, page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


@pytest.fixture(scope="module", params=HOSTS)
def looked_at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Return what the browser found on a page with each kind of output, and its picture.

    The browser is told that its person likes the other theme, as when the system's and the notebook's differ.
    """
    host = HOSTS[request.param]
    directory = tmp_path_factory.mktemp("page")
    page, picture = directory / "page.html", directory / "page.png"
    page.write_text(
        page_of(host, html_of(LINE) + card_html(CARD) + hits_html("hit · 14.2 s saved", ["p/m:fit"])), "utf-8"
    )
    liked = f"--blink-settings=preferredColorScheme={int(host.is_dark)}"  # 0 is dark there
    dumped = browse(page, "--dump-dom", liked)
    browse(page, f"--screenshot={picture}", liked)
    found = json.loads(html.unescape(re.search("<pre id=.found.>(.*?)</pre>", dumped, re.DOTALL)[1]))
    assert found["dark"] is not host.is_dark
    return found, picture


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
            "Hits", "12", "in /store", "hit · 14.2 s saved"} <= set(seen)  # fmt: skip
    assert "hidden" not in seen


def test_nothing_is_loaded_and_nothing_is_wider_than_the_page(looked_at) -> None:
    assert (0, True) == (looked_at[0]["loaded"], looked_at[0]["width"] <= 700)


def test_a_notebooks_own_style_of_tables_does_not_count(looked_at) -> None:
    """Words are read from the left and numbers from the right, and no row is striped, whatever is done to tables."""
    found = {text: (x, x + width) for text, x, _, width, _ in looked_at[0]["found"]}
    assert found["Step"][0] == pytest.approx(found["p/m:load"][0], abs=0.5)
    assert found["Hits"][1] == pytest.approx(found["12"][1], abs=0.5) == pytest.approx(found["3"][1], abs=0.5)
    image_of = pytest.importorskip("PIL.Image")
    with image_of.open(looked_at[1]) as opened:
        picture = opened.convert("RGB")
    behind = {
        text: picture.getpixel((int(x) - 5, int(y + height / 2)))
        for text, x, y, _, height in looked_at[0]["found"]
        if text in ("Hits", "12", "3")
    }
    assert dict.fromkeys(("Hits", "12", "3"), picture.getpixel((0, 0))) == behind
