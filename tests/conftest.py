"""Options and settings of the whole suite."""

from __future__ import annotations

import signal

import hypothesis
import pytest

# A suite that was started in the background ignores Ctrl-C, and so would every command that it starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure: properties are about results, never about time.
hypothesis.settings.register_profile("suite", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("suite")

# Modules of fixtures that test modules import names from, too.
pytest.register_assert_rewrite("shows", "browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files under tests/golden")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten from what the code makes now."""
    return bool(request.config.getoption("--update-golden"))
