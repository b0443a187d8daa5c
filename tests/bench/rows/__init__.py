"""The rows of the table: each takes its figures by itself and puts them into the report."""

from collections.abc import Callable
from pathlib import Path

from tests.bench.report import Report
from tests.bench.rows import archive, chats, flood, rest, start, thread

Row = Callable[[Path, Report], None]

ROWS: dict[str, Row] = {
    "start": start.start,
    "open": thread.opening,
    "append": thread.append,
    "page": thread.page,
    "resize": thread.resize,
    "key": thread.key,
    "inbound": flood.inbound,
    "paced": flood.paced,
    "fleet": flood.fleet,
    "flood": flood.flood,
    "order": chats.order,
    "filter": chats.search,
    "memory": rest.held,
    "idle": rest.idle,
    "archive": archive.archive,
}
