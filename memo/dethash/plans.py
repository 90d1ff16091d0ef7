"""How each class's values are taken apart in one walk: the plan a class, the node a value."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from memo.dethash.hashing import buffer_part
from memo.dethash.instances import (
    EncoderFailedError,
    NoDigestError,
    attributes_alone,
    encode_instance,
    overrides_protocol,
    subclass_encoder,
)
from memo.dethash.node import Apart, AsUsual, Binding, CodeNode, Node, Place, Tag
from memo.dethash.registry import (
    PLANS,
    Encoder,
    Kind,
    Plan,
    Registered,
    custom_for,
    defines,
    encoder_for,
    forget_old_plans,
    load_library,
)
from memo.dethash.replacing import encode_custom
from memo.dethash.resources import reason_to_refuse
from memo.errors import UnhashableError

#: Exact types whose values are written by marshal, whole columns in one call.
ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
#: Text and bytes longer than this are containers of their own, hashed once an object wherever they occur.
LONG = 4096

#: A class or module is what it does, whatever made it: it has no name and state beside that, as other subclasses have.
_WHOLE = (type, ModuleType)

SpelledTag = tuple[str, ...]


class Long(NamedTuple):
    """A text or bytes that is too long to be written out wherever it occurs."""

    value: str | bytes


def class_name(cls: type) -> SpelledTag:
    """Return the class's module and qualified name: how an instance's digest names it."""
    module = "__main__" if cls.__module__ == "__mp_main__" else cls.__module__  # what multiprocessing calls it
    return str(module), str(cls.__qualname__)


def dotted_name(cls: type) -> str:
    """Return the class's name as an error spells it, without asking its metaclass."""
    module, name = type.__getattribute__(cls, "__module__"), type.__getattribute__(cls, "__qualname__")
    return str(name) if module == "builtins" else f"{module}.{name}"


class Plans:
    """The plans of the classes and the nodes of the values that one walk has met.

    Args:
        spell_class: how a class's name appears in a tag.
    """

    def __init__(self, spell_class: Callable[[type], SpelledTag] = class_name) -> None:
        forget_old_plans()
        self._spell_class = spell_class
        self._kinds: dict[type, tuple[Kind, SpelledTag]] = {}
        #: What reads the attributes of a class's plain instances.
        self.attributes: dict[type, Callable[[Any], dict[Any, Any]]] = {}
        self._nodes: dict[int, tuple[object, Node | CodeNode]] = {}
        self._long: dict[int, Long] = {}
        #: The classes whose instances were met.
        self.classes: set[type] = set()
        #: How variables are set up, by their places.
        self.first_values: dict[Place, object] = {}
        #: Statements of modules as code, with what they are of, by that and by their globals.
        self.at_import: dict[tuple[int, int], tuple[object, CodeNode | None]] = {}

    def kind(self, cls: type) -> tuple[Kind, SpelledTag]:
        """Return how values of *cls* are taken apart, and their tag where the class alone decides it."""
        known = self._kinds.get(cls)
        if known is None:
            plan = plan_for(cls)
            known = self._kinds[cls] = (plan.kind, self.spell(plan.tag))
            self.attributes[cls] = plan.attributes
        return known

    def attributes_of(self, values: list[Any]) -> list[dict[Any, Any]]:
        """Return the attributes of plain instances, whose classes are known to :meth:`kind`."""
        classes = set(map(type, values))
        if len(classes) == 1:
            return list(map(self.attributes[classes.pop()], values))
        return [self.attributes[type(value)](value) for value in values]

    def mapping(self, value: Any) -> dict[Any, Any] | None:
        """Return the entries of a dict or the attributes of a plain instance; ``None`` for anything else."""
        kind, _ = self.kind(type(value))
        if kind is Kind.DICT:
            return value  # type: ignore[no-any-return]
        return self.attributes[type(value)](value) if kind is Kind.ATTRIBUTES else None

    def spell(self, tag: Tag) -> SpelledTag:
        """Return *tag* with its classes spelled out, and note them."""
        out: list[str] = []
        for part in tag:
            if isinstance(part, str):
                out.append(part)
            else:
                self.classes.add(part)
                out += self._spell_class(part)
        return tuple(out)

    def forget_classes(self) -> None:
        """Forget which classes were met: some may have been where nothing counts."""
        self.classes.clear()
        self._kinds.clear()

    def node(self, value: Any) -> Node | CodeNode:
        """Return *value* taken apart; the same object is taken apart once."""
        known = self._nodes.get(id(value))
        if known is None:
            known = self._nodes[id(value)] = (value, _take_apart(value))
        return known[1]

    def replace(self, value: object, node: Node | CodeNode) -> None:
        """Use *node* for *value* from now on."""
        self._nodes[id(value)] = (value, node)

    def nodes(self) -> list[tuple[object, Node | CodeNode]]:
        """Return the values that were taken apart by an encoder, or replaced, and their nodes."""
        return list(self._nodes.values())

    def copy(self) -> Plans:
        """Return plans that know the same nodes, to be replaced without a change here."""
        made = Plans(self._spell_class)
        made._nodes = dict(self._nodes)
        return made

    def long(self, value: str | bytes) -> Long:
        """Return the container that stands for a long text, one an object."""
        return self._long.setdefault(id(value), Long(value))


def _take_apart(value: Any) -> Node | CodeNode:
    plan = plan_for(type(value))
    if plan.kind is Kind.DICT:
        return Node(("mapping",), tuple(value.items()), unordered=True)
    if plan.encode is None:
        # A plain instance with attributes that are not named by scalars: possible through its __dict__.
        return Node(("instance", type(value)), (plan.attributes(value),), labels=(".",))
    try:
        return plan.encode(value)
    except (NoDigestError, UnhashableError, MemoryError, OSError):
        raise  # a file that cannot be read has no digest now, but may have one at the next call: it is not opaque
    except Exception as error:  # whatever the value's own methods raise
        raise _failed("to take it apart", error) from error


def plan_for(cls: type) -> Plan:
    """Return how values of *cls* are taken apart."""
    plan = PLANS.get(cls)
    if plan is None:
        plan = PLANS[cls] = INTERNAL.get(cls) or _plan_or_refuse(cls)
    return plan


def _plan_or_refuse(cls: type) -> Plan:
    try:
        return plan_class(cls)
    except Exception as error:  # noqa: BLE001  a metaclass may raise anything
        return Plan(Kind.ENCODE, (), partial(_refuse, _failed("to look at its class", error), error))


def _failed(what: str, error: Exception) -> NoDigestError:
    """Return what is said where *what* has raised *error*: in code of the value's own, or in memo's."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    raised = f"{what} raised {type(error).__name__}"
    is_ours = place is None or str(place.tb_frame.f_globals.get("__name__")).startswith("memo.")
    return EncoderFailedError(f"{raised} in memo itself: {error}") if is_ours else NoDigestError(raised)


def plan_class(cls: type, *, custom: bool = True) -> Plan:
    """Decide how values of *cls* are taken apart.

    Args:
        cls: the class.
        custom: let the class's ``det_hash_object``, ``__det_hash__`` or registration decide first.
    """
    if defines(cls, "__det_code__"):
        return Plan(Kind.ENCODE, (), _encode_code_of)
    load_library(cls)  # first: it may register what is hashed in place of some classes' values
    given = custom_for(cls) if custom else None
    if given is not None:
        return Plan(Kind.ENCODE, (), partial(encode_custom, given, partial(_as_usual, cls)))
    registered, base = encoder_for(cls)
    refused = reason_to_refuse(cls, object if registered is None else base)
    if refused is not None:
        return Plan(Kind.ENCODE, (), partial(_refuse, NoDigestError(refused), None))
    if registered is not None and (base is cls or base in _WHOLE):
        return _exact(cls, registered)
    if registered is not None and not overrides_protocol(cls, base):
        return Plan(Kind.ENCODE, (), subclass_encoder(registered.encode, cls, base))
    attributes = attributes_alone(cls)
    if attributes is not None:
        return Plan(Kind.ATTRIBUTES, ("attributes", cls), attributes=attributes)
    return Plan(Kind.ENCODE, (), encode_instance)


def _exact(cls: type, registered: Registered) -> Plan:
    if cls is list or cls is tuple:
        return Plan(Kind.SEQUENCE, (cls.__name__,))
    if cls is dict:
        return Plan(Kind.DICT, ("dict",))
    return Plan(Kind.ENCODE, (), registered.encode)


def _refuse(refused: NoDigestError, cause: Exception | None, _: object) -> Node:
    raise type(refused)(*refused.args) from cause


def _encode_code_of(value: Any) -> Node | CodeNode:
    """Encode a step by what it says that it does: a plain function, or anything else with a digest."""
    given = value.__det_code__()
    return plan_for(FunctionType).encode(given) if type(given) is FunctionType else Node(("step",), (given,))  # type: ignore[misc]


def _encode_long(long: Long) -> Node:
    kind = type(long.value).__name__
    data = long.value.encode("utf-8", "surrogatepass") if isinstance(long.value, str) else long.value
    return Node(("long", kind), buffer_part([data]))


def _as_usual(cls: type, value: Any) -> Node | CodeNode:
    plan = plan_class(cls, custom=False)
    if plan.encode is not None:
        return plan.encode(value)
    return Node(("instance", cls), (plan.attributes(value),), labels=(".",))


def _internal(encode: Encoder) -> Plan:
    return Plan(Kind.ENCODE, (), encode)


#: The walk's own wrappers.
INTERNAL: dict[type, Plan] = {
    Node: _internal(lambda node: node),
    CodeNode: _internal(lambda node: node),
    Long: _internal(_encode_long),
    Apart: _internal(
        lambda apart: Node(("apart", type(apart.value), *apart.state), (apart.others, apart.first), labels=(".", ""))
    ),
    AsUsual: _internal(lambda usual: _as_usual(type(usual.value), usual.value)),
    Binding: _internal(
        lambda binding: Node(("binding",), (binding.label, binding.value), labels=("", f"<{binding.label}>"))
    ),
}
