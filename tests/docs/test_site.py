"""The site is built without a network and works without one: its assets are its own, and it can be searched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.stress  # a build takes a while, and needs what the extra `docs` installs

DOCS = Path(__file__).parents[2] / "docs"
OFFLINE = """
import socket


def refuse(*_):
    raise OSError("the build asked for a network")


socket.socket.connect = socket.getaddrinfo = refuse
"""
#: What a page loads by itself, unlike what it links to.
LOADED = re.compile(r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=\"([^\"]*)\"|<link\b([^>]*)>")
STYLE = re.compile(r"@import\s+[\"']([^\"']*)|url\(\s*[\"']?([^\"')]*)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the site, built where no connection can be made."""
    for library in ("sphinx", "myst_nb", "furo", "sphinx_click"):
        pytest.importorskip(library)
    directory = tmp_path_factory.mktemp("site")
    (directory / "offline").mkdir()
    (directory / "offline" / "sitecustomize.py").write_text(OFFLINE)
    command = [sys.executable, "-m", "sphinx", "-E", "--quiet", "--fail-on-warning", "--keep-going"]
    paths = os.pathsep.join(filter(None, [str(directory / "offline"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [*command, "-d", directory / "doctrees", DOCS, directory / "html"],
        env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stderr)
    return directory / "html"


def is_from_outside(address: str) -> bool:
    return address.startswith(("http:", "https:", "//"))


def loaded_by(page: str) -> list[str]:
    """Return the addresses of what a page loads: scripts, pictures, style sheets, icons; not what it links to."""
    found = []
    for source, link in LOADED.findall(page):
        if source:
            found.append(source)
        elif not re.search(r'rel="(next|prev|canonical|search|index|author|copyright|help)"', link):
            found += re.findall(r'href="([^"]*)"', link)
    return found


def test_no_page_loads_anything_from_outside(site: Path) -> None:
    outside = {
        (page.name, address)
        for page in site.rglob("*.html")
        for address in loaded_by(page.read_text("utf-8"))
        if is_from_outside(address)
    }
    assert set() == outside
    assert len(list(site.rglob("*.html"))) > 30


def test_no_style_sheet_loads_anything_from_outside(site: Path) -> None:
    sheets = {path.name: STYLE.findall(path.read_text("utf-8")) for path in site.rglob("*.css")}
    assert [] == [
        (name, address)
        for name, found in sheets.items()
        for pair in found
        for address in pair
        if is_from_outside(address)
    ]


def test_what_a_page_loads_is_seen() -> None:
    page = '<script src="https://a/b.js"></script><link rel="stylesheet" href="//c/d.css" /><a href="https://e">e</a>'
    assert ["https://a/b.js", "//c/d.css"] == loaded_by(page)


def test_the_search_finds_a_page_in_a_browser_without_a_server(site: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on PATH")
    address = f"{(site / 'search.html').as_uri()}?q=opaque"
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--virtual-time-budget=10000",
        f"--user-data-dir={site.parent / 'profile'}",
    ]
    done = subprocess.run([chromium, *options, "--dump-dom", address], capture_output=True, text=True, check=True)
    results = done.stdout.partition('class="search-summary"')[2]  # what stands before it is in the sidebar
    assert 'href="explanation/limits.html' in results
    assert 'href="explanation/security.html' not in results
