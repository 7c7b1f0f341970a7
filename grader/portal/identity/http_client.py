"""A client for providers and platforms, with a deadline and a maximal size of answers."""

from __future__ import annotations

__all__ = ["HttpAnswer", "HttpClient", "RemoteServerError"]

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

# For each step, and for the whole response, which may come slowly.
TIMEOUT_SECONDS, WHOLE_SECONDS = 10.0, 30.0
MOST_BYTES = 4 * 1024 * 1024


class RemoteServerError(Exception):
    """A remote server did not answer as it should.

    Parameters
    ----------
    reason : str
        A few words, without a secret.
    status : int
        What it answered; 0 where it did not.
    retry_seconds : int
        After how long it wants to be asked again; 0 where it does not say.
    """

    def __init__(self, reason: str, status: int = 0, retry_seconds: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_seconds = retry_seconds


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A response.

    Attributes
    ----------
    value : object
        The JSON in it; None where there is none.
    next : str
        Where its next page is; empty where it has none.
    """

    value: Any
    next: str = ""


class HttpClient:
    """The client for all requests to other servers. It follows no redirect.

    Parameters
    ----------
    transport : AsyncBaseTransport, optional
        Over the network where not given.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpAnswer:
        """Send a request, and return the response.

        Parameters
        ----------
        method, url : str
            What is asked.
        headers : mapping of str to str, optional
            Besides the usual ones.
        form : mapping of str to str, optional
            Sent as a form.
        content : bytes, optional
            Sent as it is.
        auth : tuple of str, optional
            A name and a secret, for HTTP Basic.

        Raises
        ------
        RemoteServerError
            Where there is no answer, or not one of 200 to 299, or none that can be read.
        """
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport, timeout=TIMEOUT_SECONDS, follow_redirects=False
            )
        host = httpx.URL(url).host
        request = self._client.build_request(
            method,
            url,
            headers={"accept": "application/json", **(headers or {})},
            data=dict(form) if form is not None else None,
            content=content,
        )
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                response = await self._client.send(request, auth=auth, stream=True)
                try:
                    data = await _read(response)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise RemoteServerError(f"{host} did not answer ({type(error).__name__})") from None
        return _answered(response, data, str(host))


async def _read(response: httpx.Response) -> bytes:
    data = b""
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) > MOST_BYTES:
            raise RemoteServerError(f"an answer has more than {MOST_BYTES} bytes")
    return data


def _answered(response: httpx.Response, data: bytes, host: str) -> HttpAnswer:
    if not response.is_success:
        wait = response.headers.get("retry-after", "")
        raise RemoteServerError(
            f"{host} answered {response.status_code}",
            response.status_code,
            int(wait) if wait.isdecimal() and len(wait) < 7 else 0,
        )
    following = response.links.get("next", {}).get("url", "")
    if not data:
        return HttpAnswer(None, following)
    try:
        return HttpAnswer(json.loads(data), following)
    except (ValueError, RecursionError):
        raise RemoteServerError(f"{host} answered with no JSON", response.status_code) from None
