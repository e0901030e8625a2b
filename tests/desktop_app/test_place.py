"""The place behind a clip's person is looked for in the background: asked for again, cancelled, given up."""

import time
from dataclasses import replace
from pathlib import Path

from fake_core import fake_core
from fake_people import FakeBackdrop


def test_the_place_can_be_asked_for_again(make_studio, qtbot) -> None:
    def slowly(reader, joints, each):
        for done in range(20):
            each(done, 20)
            time.sleep(0.05)
        return FakeBackdrop()

    studio = make_studio(core=replace(fake_core(), backdrop=slowly))
    session, menu = studio.session, studio.window.actions_["place"]
    qtbot.waitUntil(lambda: session.prediction is not None)
    menu.trigger()
    assert "Analyse the whole clip first" in session.problem.todo
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: session.task is not None and session.task.done > 0)
    studio.tasks.cancel()
    qtbot.wait(100)
    assert session.clean is None
    menu.trigger()
    qtbot.waitUntil(lambda: session.clean is not None)


def test_another_clip_ends_the_search(make_studio, qtbot, tmp_path: Path) -> None:
    readers = []

    def slowly(reader, joints, each):
        readers.append(reader)
        while True:
            each(1, 20)
            time.sleep(0.02)

    studio = make_studio(core=replace(fake_core(), backdrop=slowly))
    session = studio.session
    qtbot.waitUntil(lambda: session.prediction is not None)
    studio.window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: session.task is not None and session.task.done > 0)
    studio.media.open(tmp_path / "other.mp4")
    qtbot.waitUntil(lambda: session.clip.path.name == "other.mp4" and session.task is None)
    assert session.problem is None
    assert readers[0].closed
