"""What every test needs: nothing is written to the user's own folders."""

import contextlib
import os
from collections.abc import Iterator

import pytest

with contextlib.suppress(
    ImportError
):  # it comes with torch for CUDA, and crashes if Mesa's LLVM is loaded before its own
    import triton  # noqa: F401


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Converted networks and the like go to a folder that goes away."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before
