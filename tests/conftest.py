"""What all tests share: random inputs are the same on every machine, and no example fails for a busy one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gate")

POSTGRES = "XUNJIAN_TEST_POSTGRES"
# Begun last, a file that takes a minute would keep one process busy when the others have nothing left.
LONG = (
    "test_recheck", "test_demo_nights", "test_reports_browser", "test_hostile_content", "test_screenshots",
    "test_scores_by_hand", "test_wheel", "test_papers", "test_kills", "test_nights",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take long first, each file's tests in their order."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL schema of the test's own; skips where there is no server to test with."""
    address = os.environ.get(POSTGRES)
    if not address:
        pytest.skip(f"{POSTGRES} names no PostgreSQL; run the tests through tests/postgres.sh")
    schema = f"t{uuid4().hex}"
    engine = sa.create_engine(sa.make_url(address).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    with engine.begin() as db:
        db.execute(sa.schema.CreateSchema(schema))
    yield sa.make_url(address).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(False)
    with engine.begin() as db:
        db.execute(sa.schema.DropSchema(schema, cascade=True))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a test's ledger is kept: a file, and, where there is a server, a database."""
    return request.getfixturevalue("postgres") if request.param == "postgresql" else tmp_path / "ledger.sqlite"
