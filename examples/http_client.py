"""A client of an HTTP API that asks once an hour, in however many processes it is called.

The API tells the weather. Its server runs here, in a thread, and counts the requests that reach it; everything else is
what a client of a real one would be. Run it twice: the second time the server is asked for nothing but the city that it
does not know, for errors are not kept. And yet the log and the warning that the server wants to be replaced are shown
again, for `replay` keeps them beside each result. An hour later, or after an edit of the client, all is asked again.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, unquote
from urllib.request import urlopen

from memo import memoize_step

log = logging.getLogger("weather")

DEGREES = {"Lima": 19, "Oslo": -4, "São Paulo": 24}
FRESH = timedelta(hours=1)


class Weather:
    """A client of the API."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __det_hash__(self) -> tuple[str, int]:
        """Count as the API that is asked, and not as the address that it happens to have."""
        return "weather API", 1

    @memoize_step(expire=FRESH, replay=True)
    def forecast(self, city: str) -> dict[str, Any]:
        """Return the forecast for a city; an error of the server is raised, and not kept."""
        log.info("asking for %s", city)
        with urlopen(f"{self.address}/forecast/{quote(city)}", timeout=10) as response:  # noqa: S310  http, as above
            if notice := response.headers["Deprecation"]:
                warnings.warn(f"the weather API says: {notice}", FutureWarning, stacklevel=2)
            answer: dict[str, Any] = json.load(response)
            return answer

    def warmest(self, cities: list[str]) -> str:
        """Return the city with the highest temperature."""
        return max(cities, key=lambda city: self.forecast(city)["degrees"])


class Handler(BaseHTTPRequestHandler):
    """The server's side: answers in JSON, and counts."""

    requests = 0

    def do_GET(self) -> None:
        """Answer a request."""
        type(self).requests += 1
        city = unquote(self.path.removeprefix("/forecast/"))
        found = city in DEGREES
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Deprecation", "use version 2 from 2027 on")
        self.end_headers()
        self.wfile.write(json.dumps({"city": city, "degrees": DEGREES.get(city)}).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as above
        """Say nothing: what reaches the server is counted."""


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a thread, and yield its address."""
    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def main() -> None:
    """Ask for some cities, twice for each."""
    logging.basicConfig(format="log: %(message)s")
    log.setLevel(logging.INFO)
    warnings.showwarning = lambda message, *_, **__: print(f"warning: {message}")
    with serving() as address:
        client = Weather(address)
        for city in DEGREES:
            print(f"{city}: {client.forecast(city)['degrees']} degrees")
        print(f"It is warmest in {client.warmest(list(DEGREES))}.")
        try:
            client.forecast("Atlantis")
        except HTTPError as error:
            print(f"Atlantis: {error}")
    print("Requests that reached the server:", Handler.requests)


if __name__ == "__main__":
    main()
