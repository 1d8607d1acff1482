"""Any OpenAI-compatible chat endpoint, asked for JSON over HTTP; optional, never used unless configured.

Time-outs, rate limits, server errors and broken JSON are met with patience and then with one clear error, so
that one bad answer costs one answer and not a run.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

# English scientific text has about four characters a token in the common tokenizers; an estimate is enough
# to say beforehand what a run will cost.
CHARACTERS_A_TOKEN = 4.0

LONGEST_WAIT = 60.0

# Bytes of a reply that are read: an answer has some thousand, a model that was led to babble has no end.
LARGEST_REPLY = 1 << 20


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses to be sent elsewhere: the key and the papers are for the configured address alone."""

    def redirect_request(self, *args: Any) -> None:
        """Follow none, so that a redirect is an HTTP error like any other."""


_OPENER = urllib.request.build_opener(_NoRedirect)


class EndpointError(Exception):
    """The endpoint gave no usable answer, after all attempts; the text says why."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to ask.

    Attributes:
        url: the base address, such as `http://localhost:11434/v1`.
        model: the model's name there.
        key: the API key; empty for a local server.
        timeout: seconds to wait for one answer.
        attempts: how often a question is asked before it is given up.
    """

    url: str
    model: str
    key: str = ""
    timeout: float = 120.0
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object, and what it took in tokens, as the endpoint counts them (0 where it does not say)."""

    content: dict[str, Any]
    prompt_tokens: int
    completion_tokens: int


def estimate_tokens(text: str) -> int:
    """About how many tokens a text takes; see `CHARACTERS_A_TOKEN`.

    Example:
        >>> estimate_tokens("twelve chars")
        3
    """
    return max(1, round(len(text) / CHARACTERS_A_TOKEN))


def ask(
    endpoint: Endpoint,
    instructions: str,
    question: str,
    schema: dict[str, Any],
    sleep: Callable[[float], None] = time.sleep,
) -> Answer:
    """Put one question and return the JSON object of the answer.

    Args:
        endpoint: where to ask.
        instructions: the system message.
        question: the user message; it may hold text from anywhere and is sent as data only.
        schema: the JSON schema that the answer must follow.
        sleep: how to wait between attempts, in seconds.

    Raises:
        EndpointError: after `endpoint.attempts` failures, or at once where asking again cannot help
            (a wrong address, key or model).
    """
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": instructions},
            {"role": "user", "content": question},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "facts", "schema": schema, "strict": True},
        },
    }
    problem = ""
    for attempt in range(endpoint.attempts):
        if attempt:
            sleep(_wait_after(problem, attempt))
        try:
            return _read_answer(_post(endpoint, body))
        except urllib.error.HTTPError as error:
            problem = _explain(error)
            if error.code < 500 and error.code not in (408, 425, 429):
                raise EndpointError(f"{endpoint.url} refused the request: {problem}") from None
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            problem = str(getattr(error, "reason", error)) or type(error).__name__
        except ValueError as error:
            problem = str(error)
    raise EndpointError(f"{endpoint.url} gave no usable answer in {endpoint.attempts} attempts: {problem}")


def _post(endpoint: Endpoint, body: dict[str, Any]) -> bytes:
    if not endpoint.url.startswith(("http://", "https://")):
        raise EndpointError(f"{endpoint.url!r} is not an http or https address")
    headers = {"Content-Type": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    request = urllib.request.Request(
        endpoint.url.rstrip("/") + "/chat/completions", json.dumps(body).encode(), headers
    )
    with _OPENER.open(request, timeout=endpoint.timeout) as response:
        raw = bytes(response.read(LARGEST_REPLY + 1))
    if len(raw) > LARGEST_REPLY:
        raise ValueError(f"the reply has more than {LARGEST_REPLY:,} bytes")
    return raw


def _read_answer(raw: bytes) -> Answer:
    """Take the JSON object out of a completion, also where a model wraps it in a code fence.

    Raises:
        ValueError: where there is none.
    """
    try:
        reply = json.loads(raw)
        content = str(reply["choices"][0]["message"]["content"]).strip()
    except (ValueError, RecursionError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"the reply is no chat completion ({type(error).__name__})") from None
    start, end = content.find("{"), content.rfind("}")
    try:
        answer = json.loads(content[start : end + 1])
    except (ValueError, RecursionError):
        raise ValueError("the model did not answer with JSON") from None
    usage = reply.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    prompt, completion = counts.get("prompt_tokens"), counts.get("completion_tokens")
    return Answer(
        answer,
        prompt if isinstance(prompt, int) else 0,
        completion if isinstance(completion, int) else 0,
    )


def _explain(error: urllib.error.HTTPError) -> str:
    after = error.headers.get("Retry-After", "") if error.headers else ""
    with error:
        detail = error.read(300).decode("utf-8", "replace").strip().replace("\n", " ")
    wait = f"retry-after={after} " if after else ""
    return f"{wait}HTTP {error.code} {error.reason} {detail}".strip()


def _wait_after(problem: str, attempt: int) -> float:
    """Seconds to wait: what the endpoint asked for, else twice as long each time."""
    if problem.startswith("retry-after="):
        asked = problem.removeprefix("retry-after=").split(" ", 1)[0]
        if asked.replace(".", "", 1).isdigit():
            return min(float(asked), LONGEST_WAIT)
    return float(min(2.0**attempt, LONGEST_WAIT))
