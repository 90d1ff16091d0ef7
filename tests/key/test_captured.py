"""With a version, what a function captures tells it apart from others that the same code made."""

from __future__ import annotations

import functools
import threading
import types
from collections.abc import Callable

from memo.key import captured_by

Function = Callable[..., object]


def capture(value: object) -> Function:
    def function():
        return value

    return function


def test_captured_values_tell_functions_apart() -> None:
    values = [1, 2, True, "a", None, [], {}, (1,), capture(1), capture(2), len, capture, types, threading.Lock]
    values += [functools.partial(capture, 1), functools.partial(capture, 2), functools.partial(len, 1)]
    values += [[1].append, [2].append, functools.lru_cache(capture(1)), functools.lru_cache(capture(2))]
    assert len(values) == len({captured_by(capture(value)) for value in values})
    again = [captured_by(capture(value)) for value in values]
    assert again == [captured_by(capture(value)) for value in values]


def test_what_captures_nothing_has_nothing_to_tell() -> None:
    assert () == captured_by(test_captured_values_tell_functions_apart)
    assert () == captured_by(len)


def test_what_captured_code_does_is_the_versions_affair() -> None:
    captured = set()
    for body in ("return 1", "return 2"):
        namespace = {"__name__": __name__, "__file__": __file__}
        exec(f"def helper(): {body}", namespace)
        captured.add(captured_by(capture(namespace["helper"])))
    assert 1 == len(captured)


def test_what_captured_code_captures_counts() -> None:
    assert captured_by(capture(capture([1]))) != captured_by(capture(capture([2])))
    assert captured_by(capture(functools.partial(capture([1])))) != captured_by(
        capture(functools.partial(capture([2])))
    )


def test_a_bound_method_is_told_apart_by_what_it_is_bound_to() -> None:
    class Model:
        def __init__(self, size):
            self.size = size

        def run(self): ...

    assert captured_by(Model(1).run) != captured_by(Model(2).run)
    assert captured_by(Model(1).run) == captured_by(Model(1).run)


def test_what_a_function_changes_is_its_state() -> None:
    def make():
        calls, cache, count, kept = [], {}, 0, types.SimpleNamespace(total=0)

        def function(x):
            nonlocal count
            calls.append(x)
            cache[x] = x
            count += 1
            kept.total += 1

        return function

    function = make()
    before = captured_by(function)
    function(1)
    assert () == before == captured_by(function)


def test_what_has_no_digest_does_not_count() -> None:
    assert captured_by(capture(threading.Lock())) == captured_by(capture(threading.RLock()))


def test_a_cell_without_a_value_does_not_count() -> None:
    def outer():
        def function():
            return later

        early = captured_by(function)
        later = 1
        return early, captured_by(function)

    early, late = outer()
    assert (0, 2) == (len(early), len(late))


def test_a_function_that_captures_itself_ends() -> None:
    def countdown(n):
        return n and countdown(n - 1)

    def ping(n):
        return n and pong(n - 1)

    def pong(n):
        return n and ping(n - 1)

    assert captured_by(countdown) == captured_by(countdown)
    assert captured_by(ping) != captured_by(pong)


def test_a_decorators_arguments_count_if_it_is_the_users_own() -> None:
    def times(count):
        def decorator(function):
            @functools.wraps(function)
            def wrapper(*args):
                return [function(*args) for _ in range(count)]

            return wrapper

        return decorator

    assert captured_by(times(1)(capture(5))) != captured_by(times(2)(capture(5)))
    assert captured_by(times(1)(capture(5))) != captured_by(times(1)(capture(6)))
