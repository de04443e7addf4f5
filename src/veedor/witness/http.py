"""A witness over HTTP: the call of c2sp.org/tlog-witness, and what it has cosigned for everybody to compare.

    POST /add-checkpoint            the specification's call
    GET  /                          the witness's public key, NAME+HASH+KEY
    GET  /SHA256-OF-ORIGIN/checkpoint   the latest head cosigned of a log, with the cosignature

Requests need no authentication but the log's signature. A body is read to the length that a request may have, within
a time limit; judging and syncing run beside the event loop. Nothing here decides anything.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from veedor.errors import StoreError, UsageError, VeedorError
from veedor.log.cosignature import CosignerSigner
from veedor.witness.decision import LARGEST_REQUEST, PLAIN, Answer, refuse
from veedor.witness.store import WitnessStore

READ_LIMIT_S = 10
MOST_CONNECTIONS = 100

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)


class WitnessApp:
    """The ASGI application; `clock_s` gives seconds since 1970, `complain` gets what the operator must know."""

    def __init__(
        self,
        store: WitnessStore,
        signer: CosignerSigner,
        clock_s: Callable[[], int],
        complain: Callable[[VeedorError], None],
    ) -> None:
        self.store = store
        self.signer = signer
        self.clock_s = clock_s
        self.complain = complain

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"  # the server is told to send nothing else
        try:
            answer = await self._answer(scope["method"], scope["path"], receive)
        except StoreError as error:
            self.complain(error)
            answer = refuse(500, "the witness cannot record anything now")
        await _send(send, answer)

    async def _answer(self, method: str, path: str, receive: Receive) -> Answer:
        if path == "/add-checkpoint":
            return await self._add_checkpoint(receive) if method == "POST" else refuse(405, "POST only")
        found = _CHECKPOINT.fullmatch(path)
        if path != "/" and found is None:
            return refuse(404, "no such page")
        if method != "GET":
            return refuse(405, "GET only")
        if found is None:
            return Answer(200, PLAIN, f"{self.signer.verifier.text()}\n".encode())
        note = await asyncio.to_thread(self.store.cosigned, found[1])
        return refuse(404, "no head of this log was cosigned") if note is None else Answer(200, PLAIN, note)

    async def _add_checkpoint(self, receive: Receive) -> Answer:
        try:
            async with asyncio.timeout(READ_LIMIT_S):
                body = await _read(receive)
        except TimeoutError:
            return refuse(408, "the request did not come in time")
        if body is None:
            return refuse(413, "the request is too long")
        return await asyncio.to_thread(self.store.answer, body, self.signer, self.clock_s())


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the client went away; nobody reads the answer
        body += message.get("body", b"")
        if len(body) > LARGEST_REQUEST:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, answer: Answer) -> None:
    headers = [(b"content-type", answer.media.encode()), (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def serve(app: WitnessApp, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Answer requests until the process is told to stop; `ready` gets the address once it is listened on.

    Port 0 takes any free port. Raises UsageError where the address cannot be listened on.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            "cannot listen on this address", expected="a free port of this machine", found=f"{host}:{port}: {error}"
        ) from error
    with listening:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                access_log=False,
                server_header=False,
                log_config=None,
                limit_concurrency=MOST_CONNECTIONS,
            )
        )
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        ready(f"http://{shown}:{listening.getsockname()[1]}")
        server.run(sockets=[listening])
