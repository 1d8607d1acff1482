"""`fmatlas ui`: the app, in a browser on this machine."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import fmatlas
from fmatlas.atlas import find_library

APP = Path(fmatlas.__file__).parent / "ui" / "app.py"


def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Open the app in a browser. It listens on this machine only; Ctrl-C ends it.

    \b
    Example:
        fmatlas ui --port 8600 --no-browser
    """
    folder = find_library(context.obj)
    print(f"The atlas of {folder} is at http://127.0.0.1:{port} (Ctrl-C ends it).", flush=True)
    environment = {**os.environ, "FMATLAS_LIBRARY": str(folder)}
    command = _command(port, browser)
    if os.name == "posix":
        # The app takes this process's place, so that a signal to it ends the app and leaves nothing behind.
        os.execve(command[0], command, environment)
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


def _command(port: int, browser: bool) -> list[str]:
    """Streamlit's own command; options on it win over any configuration file that lies about."""
    options = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": str(not browser).lower(),
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.enableStaticServing": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *flags]
