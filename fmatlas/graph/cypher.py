"""Raw Cypher from a user: read as tokens, and let through only where every token is one that reading needs.

Neither engine is a sandbox: Ladybug's read-only databases read and write files through LOAD FROM, COPY and
EXPORT, and Neo4j's read mode stops neither LOAD CSV nor procedures. So this is an allow-list, for both:

- one statement of MATCH, OPTIONAL MATCH, WHERE, WITH, UNWIND, RETURN, ORDER BY, SKIP and LIMIT;
- ASCII outside of strings, no back-slash anywhere (Neo4j turns `\\u0027` into a quote before it parses), no
  back-ticks, no comments, no semicolon;
- a word is a keyword or function of the lists below, a label, type or property of the schema, a parameter, or
  a variable; a variable never follows an operand, where a clause of any other name would have to stand;
- paths have an upper bound, and the result has a LIMIT.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fmatlas.graph.schema import NODE, PROPERTIES, RELATION
from fmatlas.schema.errors import GraphError

DEFAULT_LIMIT = 1000
MAX_LIMIT = 100_000
MAX_HOPS = 8
MAX_LENGTH = 20_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words after which an operand is complete; those of _OPENING ask for one.
_CLOSING = frozenset({"NULL", "TRUE", "FALSE", "END", "ASC", "DESC"})
_OPENING = _words(
    "MATCH OPTIONAL WHERE WITH UNWIND RETURN ORDER BY SKIP LIMIT DISTINCT AS AND OR XOR NOT IN IS STARTS "
    "ENDS CONTAINS CASE WHEN THEN ELSE EXISTS"
)
KEYWORDS = _CLOSING | _OPENING
CLAUSES = _words("MATCH OPTIONAL WHERE WITH UNWIND RETURN ORDER SKIP LIMIT")
FIRST = _words("MATCH OPTIONAL WITH UNWIND RETURN")

FUNCTIONS = _words(
    "count collect sum avg min max size coalesce abs round floor ceil lower upper tolower toupper trim "
    "substring replace split reverse left right length nodes relationships properties exists"
)

# A second line: these are not even variables.
FORBIDDEN = _words(
    "CALL YIELD LOAD CSV COPY EXPORT IMPORT ATTACH DETACH INSTALL UNINSTALL EXTENSION USE USING CREATE MERGE "
    "DELETE SET REMOVE DROP ALTER RENAME GRANT REVOKE DENY SHOW TERMINATE START STOP FOREACH UNION EXPLAIN "
    "PROFILE PERIODIC COMMIT BEGIN ROLLBACK TRANSACTION TRANSACTIONS CHECKPOINT PROJECT GRAPH MACRO COMMENT "
    "INSERT FINISH DBMS APOC DATABASE CYPHER FROM TO HEADERS FIELDTERMINATOR CONSTRAINT INDEX"
)

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<string>'[^'\\]*'|\"[^\"\\]*\")"
    r"|(?P<number>(?:\d+\.\d+|\d+)(?:[eE][+-]?\d+)?(?![A-Za-z_]))"
    r"|(?P<parameter>\$[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><>|<=|>=|=~|\.\.|[-+*/%^=<>.,:|&!()\[\]{}])"
)

_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind (`string`, `number`, `parameter`, `word`, `sign`), its text, where it begins."""

    kind: str
    text: str
    start: int

    @property
    def upper(self) -> str:
        """A word in capitals; nothing for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


def check_cypher(text: str, parameters: Mapping[str, Any] | None = None, limit: int = DEFAULT_LIMIT) -> str:
    """Let a query through that only reads, with a LIMIT of at most `limit`.

    Args:
        text: one statement.
        parameters: its parameters, without `$`: text, numbers, truth values and lists of these.
        limit: the most rows that it may give.

    Returns:
        The query with its LIMIT.

    Raises:
        GraphError: something in it is not on the allow-list; the message names it.

    Example:
        >>> check_cypher("MATCH (s:Study) RETURN s.title")
        'MATCH (s:Study) RETURN s.title LIMIT 1000'
    """
    if not 0 < limit <= MAX_LIMIT:
        raise GraphError(f"a query gives 1 to {MAX_LIMIT} rows, not {limit}")
    tokens = tokenise(text)
    _check_words(tokens)
    _check_names(tokens)
    _check_paths(tokens)
    _check_parameters(tokens, parameters or {})
    return _with_limit(text, tokens, limit)


def tokenise(text: str) -> list[Token]:
    """The tokens of a query, spaces left out.

    Raises:
        GraphError: a sign that no query needs, or brackets that do not close.
    """
    if len(text) > MAX_LENGTH:
        raise GraphError(f"the query is longer than {MAX_LENGTH} characters")
    tokens: list[Token] = []
    open_brackets: list[str] = []
    at = 0
    while at < len(text):
        found = None if text.startswith(("//", "/*"), at) else _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise GraphError(_refused_sign(text, at))
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found.group(), at))
        if found.lastgroup == "sign":
            sign = found.group()
            if sign in _PAIRS:
                open_brackets.append(_PAIRS[sign])
            elif sign in _PAIRS.values() and (not open_brackets or open_brackets.pop() != sign):
                raise GraphError(f"`{sign}` at character {at + 1} closes nothing")
        at = found.end()
    if open_brackets:
        raise GraphError(f"`{open_brackets[-1]}` is missing at the end of the query")
    if not tokens:
        raise GraphError("the query is empty; for example: MATCH (s:Study) RETURN s.title, s.year")
    return tokens


def _refused_sign(text: str, at: int) -> str:
    sign = text[at]
    where = f"at character {at + 1}"
    if text.startswith(("//", "/*"), at):
        return f"comments are not allowed in a query: one begins {where}"
    if sign in "'\"":
        return (
            f"the string that begins {where} does not end or has a back-slash: give such text as a $parameter"
        )
    if sign == ";":
        return f"one statement at a time: leave out the semicolon {where}"
    if sign == "`":
        return f"back-ticks are not needed: no name of the graph has special characters ({where})"
    if sign.isascii():
        return f"{sign!r} {where} is not allowed in a query"
    return f"{sign!r} (U+{ord(sign):04X}) {where} is allowed only inside quotes, or as a $parameter"


def _check_words(tokens: list[Token]) -> None:
    """Every word is a keyword, a function, or a name that stands where an operand may stand."""
    if tokens[0].upper not in FIRST:
        raise GraphError(f"a query begins with {', '.join(sorted(FIRST))}; this one with {tokens[0].text}")
    if not any(token.upper == "RETURN" for token in tokens):
        raise GraphError("the query returns nothing: end it with RETURN")
    complete = False
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        called = after is not None and after.text == "("
        after_dot = before is not None and before.text == "."
        named = before is not None and before.text in (".", ":", "|", "&", "!")
        if token.upper in FORBIDDEN:
            raise GraphError(f"{token.upper} is not allowed: a query may only read ({_place(token)})")
        if token.kind == "word" and (called and after_dot):
            raise GraphError(
                f"procedures and functions with a dot are not allowed: {token.text} ({_place(token)})"
            )
        if token.upper in KEYWORDS and not named:
            complete = token.upper in _CLOSING
            continue
        if token.kind in ("word", "string", "number", "parameter"):
            if complete:
                raise GraphError(f"{token.text} is not expected here ({_place(token)})")
            if token.kind == "word" and called and token.text.lower() not in FUNCTIONS:
                raise GraphError(
                    f"there is no function {token.text} for queries; there are {', '.join(sorted(FUNCTIONS))}"
                )
            complete = True
        elif token.text in (")", "]", "}"):
            complete = True
        else:
            # The star of `count(*)` and `RETURN *` is an operand, that of `[*1..3]` and `2 * 3` is not.
            complete = (
                token.text == "*"
                and before is not None
                and (before.text == "(" or before.upper in ("RETURN", "WITH"))
            )


def _check_names(tokens: list[Token]) -> None:
    """Labels, types and properties are those of the schema, so that a slip is told of."""
    brackets: list[str] = []
    keys = {token.text for token, after in pairwise(tokens) if token.kind == "word" and after.text == ":"}
    labelled = False
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        if token.text in _PAIRS:
            brackets.append(token.text)
        elif token.text in _PAIRS.values():
            brackets.pop()
        inside = brackets[-1] if brackets else ""
        if before is not None and before.text == ":" and inside == "{":
            continue
        if before is not None and (before.text == ":" or (labelled and before.text in ("|", "&", "!"))):
            labelled = True
            if token.text in (":", "!"):
                continue
            known: Collection[str] = RELATION if inside == "[" else NODE
            if token.text not in known:
                kind = "relationship" if inside == "[" else "label"
                raise GraphError(f"the graph has no {kind} {token.text}; it has {', '.join(known)}")
            continue
        if token.text not in ("|", "&", "!", ":"):
            labelled = False
        elif token.text == "|" and not labelled:
            raise GraphError(f"`|` is allowed only between relationship types ({_place(token)})")
        after_dot = before is not None and before.text == "." and token.kind == "word"
        if after_dot and token.text not in PROPERTIES and token.text not in keys:
            raise GraphError(
                f"the graph has no property {token.text}; it has {', '.join(sorted(PROPERTIES))}"
            )


def _check_paths(tokens: list[Token]) -> None:
    """A path of any length has an upper bound: `[:KIND_OF*1..3]`."""
    for at, token in enumerate(tokens):
        opens_relation = token.text == "[" and at and tokens[at - 1].text == "-"
        if not opens_relation:
            continue
        inside = []
        for following in tokens[at + 1 :]:
            if following.text in ("]", "{"):
                break
            inside.append(following.text)
        if "*" in inside:
            bounds = inside[inside.index("*") + 1 :]
            upper = bounds[-1] if bounds else ""
            if not upper.isdigit() or int(upper) > MAX_HOPS:
                raise GraphError(f"say how far a path may go, at most *1..{MAX_HOPS} ({_place(token)})")


def _check_parameters(tokens: list[Token], parameters: Mapping[str, Any]) -> None:
    for token in tokens:
        if token.kind == "parameter" and token.text[1:] not in parameters:
            raise GraphError(f"the query needs a value for {token.text}")
    for name, value in parameters.items():
        items = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            raise GraphError(f"${name} must be text, a number, true or false, or a list of these")


def _with_limit(text: str, tokens: list[Token], limit: int) -> str:
    """The last RETURN gets a LIMIT, or keeps its own, lowered where it is too high."""
    depth, last = 0, None
    for at, token in enumerate(tokens):
        depth += (token.text in _PAIRS) - (token.text in _PAIRS.values())
        if token.upper == "RETURN":
            if depth or last is not None:
                raise GraphError(f"a query has one RETURN, at its end ({_place(token)})")
            last = at
        elif token.upper in CLAUSES and last is not None and token.upper not in ("ORDER", "SKIP", "LIMIT"):
            raise GraphError(f"nothing but ORDER BY, SKIP and LIMIT follows RETURN ({_place(token)})")
    own = [at for at, token in enumerate(tokens) if token.upper == "LIMIT" and last is not None and at > last]
    if not own:
        return f"{text.rstrip()} LIMIT {limit}"
    if len(tokens) != own[-1] + 2 or len(own) > 1 or not tokens[-1].text.isdigit():
        raise GraphError("LIMIT stands at the end of the query, with a whole number")
    return f"{text[: tokens[-1].start]}{min(int(tokens[-1].text), limit)}"


def _place(token: Token) -> str:
    return f"at character {token.start + 1}"
