"""How a worker hands a report to its supervisor: a JSON header and byte strings, never a pickle.

A worker has had a stranger's PDF in native code; what comes from it is data to the supervisor, and never
code.
"""

import json
import struct
from typing import Any

_LENGTHS = struct.Struct(">QI")


def pack_frame(header: dict[str, Any], *blobs: bytes) -> bytes:
    """One frame: its length, the length of its header, the header with the sizes of the blobs, the blobs."""
    head = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    body = b"".join((head, *blobs))
    return _LENGTHS.pack(len(body), len(head)) + body


def take_frame(buffer: bytearray) -> tuple[dict[str, Any], list[bytes]] | None:
    """Take the first whole frame out of a buffer; None where there is none yet."""
    if len(buffer) < _LENGTHS.size:
        return None
    length, head = _LENGTHS.unpack_from(buffer)
    if len(buffer) < _LENGTHS.size + length:
        return None
    body = bytes(buffer[_LENGTHS.size : _LENGTHS.size + length])
    del buffer[: _LENGTHS.size + length]
    header = json.loads(body[:head])
    blobs, at = [], head
    for size in header.pop("sizes"):
        blobs.append(body[at : at + size])
        at += size
    return header, blobs
