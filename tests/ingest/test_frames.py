"""Frames come out as they went in, however the pipe cuts them."""

from hypothesis import given
from hypothesis import strategies as st

from fmatlas.ingest.frames import pack_frame, take_frame

headers = st.dictionaries(
    st.text(max_size=5).filter(lambda key: key != "sizes"), st.text(max_size=9) | st.integers(), max_size=3
)
frames = st.lists(st.tuples(headers, st.lists(st.binary(max_size=20), max_size=4)), min_size=1, max_size=3)


@given(frames, st.integers(1, 40))
def test_frames_survive_any_cutting(sent: list[tuple[dict[str, object], list[bytes]]], step: int) -> None:
    stream = b"".join(pack_frame(header, *blobs) for header, blobs in sent)
    buffer, received = bytearray(), []
    for at in range(0, len(stream), step):
        buffer += stream[at : at + step]
        while (frame := take_frame(buffer)) is not None:
            received.append(frame)
    assert received == sent
    assert not buffer
