"""The one way out: sessions that ask a mirror where one is set, keep the manners, and say what
went wrong in our words."""

from __future__ import annotations

import functools
import os
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar
from urllib.parse import urlsplit

import tenacity
from curl_cffi import CurlECode, CurlOpt
from curl_cffi import requests as curl

from generator.errors import RateLimited, SourceError
from generator.sources import (
    BrokenAnswer,
    Network,
    NoConnection,
    NotThere,
    Request,
    plain,
    refuse_offline,
)

USER_AGENT = "marked-to-market (one refresh a day)"
ATTEMPTS = 3
CONNECT_SECONDS, ANSWER_SECONDS = 3, 15
PAUSE_SECONDS = (0.5, 1.5)  # between two requests to one host
MOST_BYTES = 64_000_000  # of one answer; the largest there is has under two
NOT_CONNECTED = {
    CurlECode.COULDNT_RESOLVE_PROXY,
    CurlECode.COULDNT_RESOLVE_HOST,
    CurlECode.COULDNT_CONNECT,
}

Result = TypeVar("Result")


class Session(curl.Session):  # type: ignore[type-arg]
    """A session with one publisher: serial, unhurried, and bounded in time and size."""

    def __init__(
        self, network: Network, publisher: str, *, agent: str = USER_AGENT, **options: Any
    ) -> None:
        limits = {CurlOpt.MAXFILESIZE_LARGE: MOST_BYTES}
        # With a mirror nothing else is contacted: no proxy of the environment, no redirect.
        no_proxy = {CurlOpt.NOPROXY: "*"} if network.mirror else {}
        super().__init__(
            headers={"User-Agent": agent},
            curl_options={**limits, **no_proxy},
            trust_env=network.mirror is None,
            **options,
        )
        self.network = network
        self.publisher = publisher
        self.deadline = float("inf")
        self._asked: dict[str, float] = {}  # when each host was asked last

    def request(self, method: Any, url: str, *arguments: Any, **options: Any) -> Any:
        """As curl_cffi's; raises NoConnection, and SourceError for what no retry can mend."""
        refuse_offline(self.network, self.publisher)
        self._pause(urlsplit(url).hostname or "")
        left = max(self.deadline - time.monotonic(), 0.1)
        options["timeout"] = (
            min(CONNECT_SECONDS, left),
            min(ANSWER_SECONDS - CONNECT_SECONDS, left),
        )
        if self.network.mirror:
            options["allow_redirects"] = False
        send = functools.partial(super().request, method, self.network.address(url))
        try:
            return aside(functools.partial(send, *arguments, **options))
        except curl.exceptions.RequestException as error:
            if error.code == CurlECode.FILESIZE_EXCEEDED:
                size = f"{MOST_BYTES // 1_000_000} MB"
                raise SourceError(
                    f"{self.publisher} sent more than {size} for one request.",
                    "Nothing of it was taken. If this stays, the address has changed its meaning.",
                ) from error
            if never_connected(error):
                raise unreachable(self.network, self.publisher) from error
            raise

    def _pause(self, host: str) -> None:
        """Wait until it is polite to ask `host` again; nobody waits on the loopback."""
        if self.network.loopback:
            return
        pause = random.uniform(*PAUSE_SECONDS)
        due = self._asked.get(host, -pause) + pause
        time.sleep(max(min(due, self.deadline) - time.monotonic(), 0))
        self._asked[host] = time.monotonic()


def aside(call: Callable[[], Result]) -> Result:
    """What `call` returns or raises, from a thread where it waits while this one hears Ctrl-C."""
    answer: Future[Result] = Future()
    _aside().put((answer, call))
    return answer.result()


@functools.cache
def _aside() -> SimpleQueue[tuple[Future[Any], Callable[[], Any]]]:
    """The work of one thread that ends with the process, whatever it waits for then.

    Always the same one: curl keeps a connection open only for the thread that opened it.
    """
    work: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()

    def go_on() -> None:
        while True:
            answer, call = work.get()
            try:
                answer.set_result(call())
            except BaseException as error:
                answer.set_exception(error)

    threading.Thread(target=go_on, daemon=True).start()
    return work


if hasattr(os, "register_at_fork"):  # a thread does not survive a fork
    os.register_at_fork(after_in_child=_aside.cache_clear)


class _Late(tenacity.stop.stop_base):
    """Stops the attempts once a moment of the monotonic clock has passed."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline

    def __call__(self, state: tenacity.RetryCallState) -> bool:
        return time.monotonic() >= self.deadline


def attempts(request: Request, ask: Callable[[], Result]) -> Result:
    """`ask`, up to three times while no or a broken answer comes and the deadline is not passed."""
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((BrokenAnswer, NoConnection)),
        stop=tenacity.stop_after_attempt(ATTEMPTS) | _Late(request.deadline),
        wait=tenacity.wait_none()
        if request.network.loopback
        else tenacity.wait_exponential_jitter(initial=1, max=10),
        reraise=True,
    )
    return retrying(ask)


def get(
    url: str, request: Request, read: Callable[[bytes], Result], *, publisher: str, what: str
) -> Result:
    """What `read` makes of the content at `url`; one it finds broken is asked for again.

    `what` names it in errors, e.g. "the series 'DGS10'".
    """
    session = plain_session(request.network, publisher)
    session.deadline = request.deadline

    def ask() -> Result:
        try:
            answer = session.request("GET", url)
        except curl.exceptions.RequestException as error:
            cause = short(error)
            raise BrokenAnswer(f"{publisher} broke off its answer for {what}: {cause}.") from error
        judge_status(answer.status_code, publisher, what)
        return read(bytes(answer.content))

    return attempts(request, ask)


@functools.lru_cache(maxsize=8)
def plain_session(network: Network, publisher: str) -> Session:
    """One session a publisher, so that its pauses hold for the whole pass."""
    return Session(network, publisher)


def judge_status(status: int, publisher: str, what: str) -> None:
    """Raise what the status of an answer means; 200 means nothing."""
    if status == 429:
        raise RateLimited(
            f"{publisher} asks for a pause (429, too many requests).",
            "Try again in some hours; what is stored stays as it is.",
        )
    if status == 403:
        raise RateLimited(
            f"{publisher} refuses requests from here (403).", "What is stored stays as it is."
        )
    if status >= 500:
        raise BrokenAnswer(f"{publisher} failed on its side for {what} (status {status}).")
    if status != 200:
        raise NotThere(
            f"{publisher} does not have {what} (status {status}).", "Check its name in thesis.yml."
        )


def never_connected(error: curl.exceptions.RequestException) -> bool:
    """True when there was no connection over which an answer could have come."""
    if isinstance(error, curl.exceptions.ProxyError | curl.exceptions.SSLError):
        return True
    # One code covers both time-outs; only the wording tells a slow answer from a silent host.
    silent = isinstance(error, curl.exceptions.Timeout) and "Operation timed out" not in str(error)
    return error.code in NOT_CONNECTED or silent


def unreachable(network: Network, publisher: str) -> NoConnection:
    if network.mirror:
        return NoConnection(
            f"The mirror {network.mirror} does not answer.", "Start it, or unset MTM_MIRROR."
        )
    return NoConnection(
        f"{publisher} cannot be reached from here.", "Run 'mtm refresh' where there is a network."
    )


def short(error: curl.exceptions.RequestException) -> str:
    """What curl says, without the address of its manual."""
    return plain(str(error).partition(". See http")[0])
