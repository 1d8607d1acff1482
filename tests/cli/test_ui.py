"""The app by command."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.cli.conftest import Run


def test_the_app_listens_on_this_machine_only_and_ends_with_its_process(folder: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = "import sys; from fmatlas.cli import main; sys.exit(main(sys.argv[1:]))"
    command = ["--library", str(folder), "ui", "--port", str(port), "--no-browser"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *command], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert f"http://127.0.0.1:{port}" in process.stdout.readline()
            assert answers(port)
            listening = Path(f"/proc/{process.pid}/net/tcp").read_text() if Path("/proc").exists() else ""
            assert f"00000000:{port:04X}" not in listening
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def answers(port: int) -> bool:
    """Whether the app answers within a minute."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as reply:
                return reply.status == 200
        except OSError:
            time.sleep(0.5)
    return False


def test_the_app_of_no_library_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    ran = run("ui", library=tmp_path / "nowhere")
    assert ran.code == 1 and ran.err.count("\n") == 1
