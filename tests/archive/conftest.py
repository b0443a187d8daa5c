"""A fresh archive in memory for each test."""

import sqlite3
from collections.abc import Iterator

import pytest

from watui.archive.archive import Archive
from watui.archive.schema import connect


@pytest.fixture
def base() -> Iterator[sqlite3.Connection]:
    connection = connect(None)
    yield connection
    connection.close()


@pytest.fixture
def archive(base: sqlite3.Connection) -> Archive:
    return Archive(base)
