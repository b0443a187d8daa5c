"""The fault runs, by the names under which they are asked for."""

from collections.abc import Awaitable, Callable

from tests.faults.rows.answers import answers
from tests.faults.rows.burst import burst
from tests.faults.rows.files import files
from tests.faults.rows.kill import kill
from tests.faults.rows.mix import full, mix
from tests.faults.rows.neighbours import neighbours
from tests.faults.rows.outage import outage
from tests.faults.rows.restart import restart
from tests.faults.rows.stall import stall

Run = Callable[..., Awaitable[None]]
"""Takes a directory of its own, the report, the seed, and whether it is to be `quick`."""

ROWS: dict[str, Run] = {
    "mix": mix,
    "full": full,
    "kill": kill,
    "outage": outage,
    "burst": burst,
    "stall": stall,
    "restart": restart,
    "answers": answers,
    "files": files,
    "neighbours": neighbours,
}
