"""A really started app, and Debian's Chromium to look at it with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import miss

START = "import sys; from fmatlas.cli import main; sys.exit(main(sys.argv[1:]))"
SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
]


@dataclass
class Seen:
    """A page in the browser, and what went wrong in it."""

    page: Any
    address: str
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def app(example_library: Path) -> Iterator[str]:
    """The address of the app over the invented papers, served by `fmatlas ui` on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["--library", str(example_library), "ui", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(
        [sys.executable, "-c", START, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, server.stdout.read().decode() if server.stdout else ""
                time.sleep(0.25)
        else:
            pytest.fail("the app did not start within a minute")
        yield address
    finally:
        # The command and the server that it started.
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=30)


@pytest.fixture(params=[(1400, 900), (390, 844)], ids=["desk", "phone"])
def seen(request: pytest.FixtureRequest, app: str) -> Iterator[Seen]:
    """The app's first page in Chromium, on a wide screen and on a phone's."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        miss("there is no chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        miss("playwright is not installed")
    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(60_000)
        found = Seen(page, app)
        page.on("pageerror", lambda error: found.faults.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: found.faults.append(message.text) if message.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((app, app.replace("http", "ws", 1), "data:", "blob:"))
                else found.faults.append(f"asked for {asked.url}")
            ),
        )
        page.goto(app)
        yield found
        browser.close()
