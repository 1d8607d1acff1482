"""A progress bar with rate and remaining time, on the standard error of a terminal and nowhere else."""

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress:
    """Call it with how much is done, and of how much; it draws where a person watches.

    Args:
        doing: the word before the bar.
        wanted: False draws nothing anywhere.
    """

    def __init__(self, doing: str = "reading", *, wanted: bool = True) -> None:
        self._doing = doing
        self._wanted = wanted and sys.stderr.isatty() and not os.environ.get("CI")
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "Progress":
        if self._wanted:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn(self._doing),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` reports are dealt with."""
        if self._bar is None:
            return
        if self._task is None:
            self._task = self._bar.add_task("", total=total, rate="")
        task = self._bar.tasks[0]
        rate = f"{task.speed * 60:.0f}/min" if task.speed else ""
        self._bar.update(self._task, completed=done, total=total, rate=rate)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
