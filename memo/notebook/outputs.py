"""What a cell displays: tables, plots and values, recorded beside what it writes, and displayed again."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from memo.step.calls.replay import Show
from memo.step.calls.replay_hooks import note, unnoted
from memo.typing import MISSING

#: What belongs to a process that is gone: a widget's model is not in the record.
_LIVE: Final = "application/vnd.jupyter.widget-view+json"
#: A data of a kind that is no text.
_BASE64, _PLAIN = "base64", "plain"


@contextmanager
def displays_noted(shell: Any) -> Iterator[None]:
    """Give what the block displays, in any way, to those who record it."""
    publisher, hook = shell.display_pub, shell.displayhook
    publish, clear, write = publisher.publish, publisher.clear_output, hook.write_format_data
    prompt, finish = hook.write_output_prompt, hook.finish_displayhook

    def noted_publish(data: Any, *args: Any, **kwargs: Any) -> Any:
        metadata = kwargs.get("metadata", args[0] if args else None)
        further = {name: kwargs[name] for name in ("transient", "update") if kwargs.get(name)}
        note(["display", _packed(data), _plain(metadata or {}), _plain(further)])
        with unnoted():  # in a terminal it is written
            return publish(data, *args, **kwargs)

    def noted_clear(wait: bool = False) -> Any:
        note(["clear", wait])
        with unnoted():
            return clear(wait)

    def noted_write(format_dict: Any, md_dict: Any = None) -> Any:
        note(["result", _packed(format_dict), _plain(md_dict or {})])
        with unnoted():
            return write(format_dict, md_dict)

    with ExitStack() as patches:
        for holder, name, noted in (
            (publisher, "publish", noted_publish),
            (publisher, "clear_output", noted_clear),
            (hook, "write_format_data", noted_write),
            (hook, "write_output_prompt", unnoted()(prompt)),
            (hook, "finish_displayhook", unnoted()(finish)),
        ):
            patches.enter_context(_patched(holder, name, noted))
        yield
        _flush_figures()


@contextmanager
def _patched(holder: Any, name: str, value: Any) -> Iterator[None]:
    """Give *holder* another attribute for some time; a cell may be run by a cell."""
    before = vars(holder).get(name, MISSING)
    setattr(holder, name, value)
    try:
        yield
    finally:
        if before is MISSING:
            delattr(holder, name)
        else:
            setattr(holder, name, before)


def _flush_figures() -> None:
    """Display the figures that the code has drawn; else that happens when the cell is over, and nobody records it."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline.flush_figures()


def ways(shell: Any) -> dict[str, Show]:
    """Return what displays recorded displays again, by kind."""

    def display(data: Mapping[str, Any], metadata: dict[str, Any], further: dict[str, Any]) -> None:
        shell.display_pub.publish(data=_unpacked(data), metadata=metadata, **further)

    def result(data: Mapping[str, Any], metadata: dict[str, Any]) -> None:
        hook = shell.displayhook
        hook.start_displayhook()
        hook.write_output_prompt()
        hook.write_format_data(_unpacked(data), metadata)
        hook.finish_displayhook()

    return {"display": display, "result": result, "clear": shell.display_pub.clear_output}


def _packed(data: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return a bundle of one thing in several forms, as JSON can say it."""
    out: dict[str, list[Any]] = {}
    for mime, content in data.items():
        if mime == _LIVE:
            continue
        if isinstance(content, bytes):
            out[mime] = [_BASE64, base64.b64encode(content).decode()]
        else:
            with suppress(TypeError, ValueError):
                out[mime] = [_PLAIN, json.loads(json.dumps(content))]
    return out


def _unpacked(data: Mapping[str, Any]) -> dict[str, Any]:
    return {mime: base64.b64decode(content) if kind == _BASE64 else content for mime, (kind, content) in data.items()}


def _plain(value: Any) -> Any:
    """Return a value as JSON can say it; nothing of one that it cannot."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return {}
