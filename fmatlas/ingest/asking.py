"""A language model asked about a library's reports: what it will cost first, then report after report."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from fmatlas.ingest.propose import estimate_cost, propose
from fmatlas.ingest.refresh import refresh
from fmatlas.library import Library
from fmatlas.library.proposals import reports_to_ask, write_proposals
from fmatlas.llm import Endpoint, ask
from fmatlas.schema.errors import UsageError

KEY_VARIABLE = "FMATLAS_LLM_KEY"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is about to be asked: where, of which reports, and about how many tokens that takes."""

    endpoint: Endpoint
    reports: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: int

    def summary(self) -> str:
        """The plan in one line, before anything is sent."""
        return (
            f"{len(self.reports)} reports to send to {self.endpoint.url} (model {self.endpoint.model}): "
            f"about {self.prompt_tokens:,} tokens in and {self.completion_tokens:,} out."
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: proposals kept and dropped (no such field, no such quote), failures, tokens taken."""

    asked: int
    kept: int
    dropped: int
    problems: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: int

    def summary(self) -> str:
        """The outcome in one line."""
        failed = f"; {len(self.problems)} answers failed, first: {self.problems[0]}" if self.problems else ""
        return (
            f"{self.asked} reports asked about: {self.kept} proposals kept, {self.dropped} dropped for want "
            f"of a verbatim quote; {self.prompt_tokens:,} tokens in, {self.completion_tokens:,} out{failed}."
        )


def plan(library: Library) -> Plan:
    """What asking the library's endpoint about every report it has not seen would take.

    Raises:
        UsageError: the library names no endpoint.
    """
    settings = library.settings
    if not settings.llm_address or not settings.llm_model:
        raise UsageError(
            f"No language model is set. Set llm_address and llm_model in {library.folder / 'fmatlas.toml'}; "
            f"a key is read from {KEY_VARIABLE}."
        )
    endpoint = Endpoint(settings.llm_address, settings.llm_model, os.environ.get(KEY_VARIABLE, ""))
    reports = reports_to_ask(library.connection, _extractor(endpoint))
    prompt = completion = 0
    for report in reports:
        taken = estimate_cost(library.reading(report, words=False))
        prompt, completion = prompt + taken[0], completion + taken[1]
    return Plan(endpoint, tuple(reports), prompt, completion)


def carry_out(library: Library, planned: Plan, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Ask about every report of a plan, keep what is supported, refresh.

    A report is written when all its answers are in; one with a failed answer is asked about again next time.

    Args:
        library: opened for writing.
        planned: what `plan` gave.
        progress: called with how many reports are done, and of how many.
    """
    put = partial(ask, planned.endpoint)
    asked = kept = dropped = prompt = completion = 0
    problems: list[str] = []
    for n, report in enumerate(planned.reports, 1):
        found = propose(library.reading(report, words=False), put)
        dropped, prompt, completion = (
            dropped + found.dropped,
            prompt + found.prompt_tokens,
            completion + found.completion_tokens,
        )
        problems += found.problems
        if not found.problems:
            asked, kept = asked + 1, kept + len(found.proposals)
            with library.transaction() as db:
                write_proposals(db, report, _extractor(planned.endpoint), found.proposals)
        if progress:
            progress(n, len(planned.reports))
    refresh(library)
    return Outcome(asked, kept, dropped, tuple(problems), prompt, completion)


def _extractor(endpoint: Endpoint) -> str:
    return f"llm:{endpoint.model}"
