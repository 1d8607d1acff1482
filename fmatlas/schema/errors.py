"""What can go wrong, one class for each situation a caller can act on.

Every message says what happened, where, and what to do about it; the command line prints it as one line,
the app shows it in place of a page.
"""


class FmAtlasError(Exception):
    """Any failure that fmatlas explains; its text is meant for the user."""


class UsageError(FmAtlasError):
    """The request itself is wrong: an unknown name, a bad value, a missing argument."""


class LibraryError(FmAtlasError):
    """The library folder is missing, damaged, busy or of another version."""


class ReadError(FmAtlasError):
    """A PDF cannot be read; `reason` is a short stable code, such as `encrypted` or `image-only`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class VocabularyError(FmAtlasError):
    """A vocabulary file, bundled or the user's, has a bad row; the message names file and line."""


class GraphError(FmAtlasError):
    """The graph cannot be reached, belongs to another library, or a query is not allowed."""


class SearchError(FmAtlasError):
    """The passages cannot be searched: no index, or one built with another embedding model."""


class FetchError(FmAtlasError):
    """A paper cannot be fetched; `reason` is `offline`, `not-there`, `slow`, `too-large` or `not-a-pdf`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
