"""The one place for what a terminal may send and get.

Importing this package imports no Textual, so that `prepare` can run first: `environment`, `facts`,
`probe`, `paste`, `sequences`, `outlet`, `signals` and `crash` are free of it and of Rich, the others are not.
"""

from watui.terminal.crash import Reporter
from watui.terminal.environment import prepare
from watui.terminal.paste import PasteGuard

__all__ = ["PasteGuard", "Reporter", "prepare"]
