"""Does a batch spread over the machines of a Ray cluster, and do they write the same files as one alone?

    python packaging/ray_check.py CLIP...

Two Ray nodes are started on this machine, each with a scheduler and one worker of its own, as two machines would have
them, and joined over the network. Needs the package's `ray` extra. The exit status is 1 where files differ, or where
one of both nodes did nothing.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core_model.batch import pools
from core_model.batch.jobs import Job, Options, Outcome, jobs_of
from core_model.batch.throughput import digests
from core_model.batch.work import work
from core_model.runtime import THREADS_VARIABLE

PORT = 6399
ADDRESS = f"127.0.0.1:{PORT}"
WHERE = "node.txt"


def noted(job: Job, tell: pools.Tell) -> Outcome:
    """As `work`, and a note of the node it ran on."""
    import ray

    outcome = work(job, tell)
    (job.folder / WHERE).write_text(ray.get_runtime_context().get_node_id())
    return outcome


@contextmanager
def cluster(folder: Path) -> Iterator[None]:
    """Two nodes with a worker each, for as long as it takes; what they keep lies in a folder."""
    import ray

    command = [str(Path(sys.executable).with_name("ray")), "start", "--block", "--num-cpus=1", "--disable-usage-stats"]
    places = [
        ["--head", f"--port={PORT}", "--include-dashboard=false", f"--temp-dir={folder}"],
        [f"--address={ADDRESS}"],
    ]
    nodes: list[subprocess.Popen[bytes]] = []
    try:
        for count, place in enumerate(places, 1):
            nodes.append(subprocess.Popen([*command, *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            wait_for(listens)
            ray.init(address=ADDRESS, log_to_driver=False, configure_logging=False)
            wait_for(lambda n=count: sum(one["Alive"] for one in ray.nodes()) == n)
            ray.shutdown()
        yield
    finally:
        for one in reversed(nodes):
            one.terminate()
            one.wait()


def listens() -> bool:
    """Whether the first node answers."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1):
        return True
    return False


def wait_for(there: Callable[[], bool]) -> None:
    """Until it is so."""
    end_s = time.monotonic() + 120
    while not there():
        if time.monotonic() > end_s:
            raise SystemExit("The nodes do not start.")
        time.sleep(0.5)


def main(clips: Sequence[Path]) -> int:
    """0 where all is well."""
    os.environ[THREADS_VARIABLE] = "1"
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}  # of this cluster alone
    options = Options(formats=("npz", "bvh"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        list(pools.one_by_one(jobs_of(clips, folder / "alone", options), work))
        with cluster(folder / "ray"):
            outcomes = list(pools.by_ray(jobs_of(clips, folder / "spread", options), noted, ADDRESS))
        notes = [outcome.job.folder / WHERE for outcome in outcomes if not outcome.trouble]
        shares = sorted(Counter(note.read_text() for note in notes).values())
        for note in notes:
            note.unlink()
        same = digests(folder / "alone") == digests(folder / "spread")
    print(f"CHECK {len(outcomes)} clips; of each of {len(shares)} nodes: {shares}; same files as one alone: {same}")
    return 0 if same and len(shares) == 2 else 1


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
