"""Files in site-packages belong to the distribution whose RECORD lists them, whatever the distribution is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from memo.dethash.code.distributions import distribution_of

SHOP = """\
../../../bin/shop,sha256=a,1
Shop-2.1.dist-info/METADATA,sha256=b,2
_shop_speed.cpython-311-x86_64-linux-gnu.so,sha256=c,3
"quoted/a, b.py",sha256=d,4
store/__init__.py,sha256=e,5
store/stock.py,sha256=f,6
storey/__init__.py,sha256=a,1
till.py,,
shared/shop.py,sha256=a,1
"""
DEPOT = "depot/__init__.py,,\r\nshared/depot.py,,\r\n"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    for name, record in {"Shop-2.1": SHOP, "Depot-3": DEPOT}.items():
        (tmp_path / f"{name}.dist-info").mkdir()
        (tmp_path / f"{name}.dist-info" / "RECORD").write_text(record, newline="")
    (tmp_path / "old-1.0-py3.9.egg-info").mkdir()
    (tmp_path / "old-1.0-py3.9.egg-info" / "top_level.txt").write_text("older\n_older\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("shop/none.py", ("shop", "2.1")),
        ("store/stock.py", ("shop", "2.1")),
        ("_shop_speed.cpython-311-x86_64-linux-gnu.so", ("shop", "2.1")),
        ("quoted/a, b.py", ("shop", "2.1")),
        ("till.py", ("shop", "2.1")),
        ("shared/shop.py", ("shop", "2.1")),
        ("shared/depot.py", ("depot", "3")),
        ("storey/__init__.py", ("shop", "2.1")),
        ("_older/x.py", ("old", "1.0")),
        ("stor/x.py", None),
        ("own.py", None),
    ],
)
def test_a_file_is_its_distributions(installed: Path, file: str, expected: tuple[str, str] | None) -> None:
    assert expected == distribution_of(str(installed), file)
