"""An outline as HTML for notebooks: folded lists that need nothing from outside, for light and dark themes."""

from __future__ import annotations

from html import escape
from typing import Final

from memo.render.outline import Line
from memo.render.text import printable

_LIGHT: Final = "{--memo-good:#137333;--memo-bad:#c5221f}"
_DARK: Final = "{--memo-good:#81c995;--memo-bad:#f28b82}"
# What the system says, unless the notebook itself says another thing.
_STYLE: Final = (
    f".memo-outline{_LIGHT}"
    f"@media (prefers-color-scheme:dark){{.memo-outline{_DARK}}}"
    f"[data-jp-theme-light=true] .memo-outline,.vscode-light .memo-outline,html[theme=light] .memo-outline{_LIGHT}"
    f"[data-jp-theme-light=false] .memo-outline,.vscode-dark .memo-outline,html[theme=dark] .memo-outline{_DARK}"
    ".memo-outline .memo-part{margin-left:1.5em}"
    ".memo-outline .memo-aside{opacity:.6}"
    ".memo-outline .memo-title{font-weight:bold}"
    ".memo-outline .memo-good,.memo-outline .memo-added{color:var(--memo-good)}"
    ".memo-outline .memo-bad,.memo-outline .memo-removed{color:var(--memo-bad)}"
    ".memo-outline .memo-source,.memo-outline .memo-added,.memo-outline .memo-removed"
    "{white-space:pre;font-family:monospace}"
)


def html_of(line: Line) -> str:
    """Return an outline as HTML; whatever a name holds is text there."""
    return f'<div class="memo-outline"><style>{_STYLE}</style>{_html(line)}</div>'


def _html(line: Line) -> str:
    aside = f' <span class="memo-aside">{escape(printable(line.aside))}</span>' if line.aside else ""
    text = f'<span class="memo-{line.style or "plain"}">{escape(printable(line.text))}</span>{aside}'
    if not line.parts:
        return f"<div>{text}</div>"
    inside = "".join(f'<div class="memo-part">{_html(part)}</div>' for part in line.parts)
    return f"<details{'' if line.is_folded else ' open'}><summary>{text}</summary>{inside}</details>"
