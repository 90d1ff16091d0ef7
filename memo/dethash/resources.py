"""What has no digest though its attributes might: open files, locks, threads, connections, iterators in use.

Such a value stands for something outside of itself: a position, an owner, a peer. Classes are given by their dotted
names, so that nothing is imported for their sake. Subclasses are included unless they say themselves how they are
pickled.
"""

from __future__ import annotations

from memo.dethash.instances import overrides_protocol, own_getstate

_ITERATOR = "it is an iterator, and to read it would use it up: pass list(...) of it"
_AWAITABLE = "it has not run yet: await it and pass its result"
_FILE = "it is an open file: pass its path or its content"
_CONNECTION = "it is a connection: pass what it was opened with, and open it inside"
_LOCK = "it is a lock, which belongs to this process"
_QUEUE = "it is a channel between threads or processes: pass what it holds"
_PROCESS = "it is something that runs: pass what it runs on, or its result"
_SHARED = "it is memory that others may change: pass a copy of its content"
_ADDRESS = "it holds an address"
_SESSION = "it is the session of IPython: pass what is in it"
_RANDOM = "what it returns is not determined by anything"

RESOURCES: dict[str, str] = {}


def _refuse(reason: str, names: str) -> None:
    RESOURCES.update(dict.fromkeys(names.split(), reason))


_refuse(
    _ITERATOR,
    "builtins.generator builtins.async_generator xml.etree.ElementTree.iterparse.<locals>.IterParseIterator",
)
_refuse(
    _AWAITABLE, "builtins.coroutine builtins.coroutine_wrapper _asyncio.Future _asyncio.Task asyncio.futures.Future"
)
_refuse(_AWAITABLE, "concurrent.futures._base.Future")
_refuse(
    _FILE,
    "_io._IOBase _io.FileIO _io.BufferedReader _io.BufferedWriter _io.BufferedRandom _io.TextIOWrapper "
    "tempfile._TemporaryFileWrapper tempfile.TemporaryDirectory zipfile.ZipFile tarfile.TarFile "
    "shelve.Shelf dbm.dumb._Database fileinput.FileInput posix.DirEntry nt.DirEntry",
)
_refuse(
    _CONNECTION,
    "_socket.socket socket.socket ssl.SSLSocket ssl.SSLContext sqlite3.Connection sqlite3.Cursor sqlite3.Blob "
    "multiprocessing.connection._ConnectionBase multiprocessing.connection.Listener http.client.HTTPConnection "
    "ftplib.FTP smtplib.SMTP imaplib.IMAP4 poplib.POP3 selectors.BaseSelector",
)
_refuse(
    _LOCK,
    "_thread.lock _thread.RLock threading.Condition threading.Event threading.Semaphore threading.Barrier "
    "asyncio.locks.Lock asyncio.locks.Event asyncio.locks.Condition asyncio.locks.Semaphore asyncio.locks.Barrier "
    "multiprocessing.synchronize.SemLock multiprocessing.synchronize.Condition multiprocessing.synchronize.Event "
    "multiprocessing.synchronize.Barrier",
)
_refuse(
    _QUEUE,
    "queue.Queue _queue.SimpleQueue asyncio.queues.Queue multiprocessing.queues.Queue "
    "multiprocessing.queues.SimpleQueue",
)
_refuse(
    _PROCESS,
    "threading.Thread _thread._local _threading_local.local multiprocessing.process.BaseProcess subprocess.Popen "
    "concurrent.futures._base.Executor multiprocessing.pool.Pool asyncio.events.AbstractEventLoop "
    "asyncio.events.Handle asyncio.runners.Runner asyncio.taskgroups.TaskGroup multiprocessing.managers.BaseManager "
    "multiprocessing.managers.BaseProxy builtins.frame builtins.traceback weakref.finalize "
    "_contextvars.Token logging.Handler",
)
_refuse(
    _SHARED,
    "multiprocessing.shared_memory.SharedMemory multiprocessing.shared_memory.ShareableList "
    "multiprocessing.sharedctypes.SynchronizedBase",
)
_refuse(_ADDRESS, "ctypes.CDLL")
_refuse(_SESSION, "IPython.core.interactiveshell.InteractiveShell")
_refuse(_RANDOM, "random.SystemRandom")


def reason_to_refuse(cls: type, nearest: type = object) -> str | None:
    """Return why the values of *cls* have no digest, if they stand for something outside of themselves.

    Args:
        cls: the class.
        nearest: the nearest base that has an encoder; what lies above it does not count.
    """
    for base in cls.__mro__[: cls.__mro__.index(nearest)]:
        reason = RESOURCES.get(f"{base.__module__}.{base.__qualname__}")
        if reason is not None:
            takes_control = base is not cls and (overrides_protocol(cls, base) or own_getstate(cls, base) is not None)
            return None if takes_control else reason
    return None
