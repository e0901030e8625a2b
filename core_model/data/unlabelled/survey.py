"""What is in videos, looked at in a process of its own: `puppetpose data --json`, read line by line."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core_model.errors import MediaError


class Survey:
    """Iterate: `{"file", "done", "total"}` while a video is looked at, then what was found in it; see `commands.data`.

    Raises MediaError where the process fails. `stop` may be called from another thread.
    """

    def __init__(self, paths: Sequence[Path], out: Path, checkpoint: Path | None = None) -> None:
        command = [sys.executable, "-m", "core_model", "data", "--json", "--progress", "--nice", "--out", str(out)]
        command += ["--checkpoint", str(checkpoint)] if checkpoint else []
        self._process = subprocess.Popen(
            [*command, "--", *map(str, paths)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        self._stopped = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        process = self._process
        assert process.stdout
        assert process.stderr
        found = False
        try:
            for line in process.stdout:
                news = json.loads(line)
                found = found or "done" not in news
                yield news
            problem = process.stderr.read().decode(errors="replace").strip()
            if process.wait() and not found and not self._stopped:
                words = problem.splitlines()[-1].removeprefix("puppetpose: ") if problem else "It ended without a word."
                raise MediaError("The videos could not be looked at.", words)
        finally:
            self.stop()
            process.stdout.close()
            process.stderr.close()
            process.wait()

    def stop(self) -> None:
        """End the process; what it has made of whole videos stays."""
        self._stopped = True
        if self._process.poll() is None:
            self._process.kill()
