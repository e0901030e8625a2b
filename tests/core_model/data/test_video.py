"""Every frame asked for is the frame that a player shows, whatever the file is like."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from core_model.data import video_stream
from core_model.data.video import VideoReader, open_video
from core_model.data.video_index import VideoIndex, build_index
from core_model.errors import MediaError

GOPS = {"g": "10", "bf": "3", "x264-params": "scenecut=0"}
VARIABLE = [0, 1, 5, 6, 30, 31, 33, 34, 60, 100, 101, 102, 150, 151, 160, 162, 163, 200, 240, 241, 242, 243, 280]
Write = Callable[..., Path]
Read = Callable[[np.ndarray], int]

CLIPS = {
    "b_frames.mp4": {"options": GOPS},
    "b_frames.mkv": {"options": GOPS},
    "b_frames.ts": {"options": GOPS},
    "h264.avi": {"options": GOPS, "pts": [4 * i for i in range(40)]},
    "mpeg4.avi": {"codec": "mpeg4", "options": {"g": "10", "bf": "2"}, "pts": [4 * i for i in range(40)]},
    "open_groups.mp4": {"options": {"g": "10", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}},
    "variable.mp4": {"options": GOPS, "pts": VARIABLE},
    "variable.mkv": {"options": GOPS, "pts": VARIABLE},
    "starts_late.mp4": {"options": GOPS, "pts": [500 + 4 * i for i in range(30)]},
    "vp9.webm": {"codec": "libvpx-vp9", "options": {"g": "10", "cpu-used": "8", "deadline": "realtime"}},
}


@pytest.fixture(params=[0, video_stream.CACHE_BYTES], ids=["small cache", "large cache"])
def cache(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_stream, "CACHE_BYTES", request.param)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", CLIPS)
def test_any_order_gives_the_same_frames_as_playing(name: str, write_clip: Write, read_number: Read) -> None:
    with open_video(write_clip(name, **CLIPS[name])) as reader:
        count = len(CLIPS[name].get("pts", range(40)))
        assert [read_number(reader.frame(i)) for i in range(len(reader))] == list(range(count))
        order = random.Random(0).choices(range(count), k=40) + list(range(count))[::-1]
        assert [read_number(reader.frame(i)) for i in order] == order
        assert reader.problem is None


def test_times_are_those_of_the_file(write_clip: Write) -> None:
    with open_video(write_clip(pts=VARIABLE, options=GOPS)) as reader:
        np.testing.assert_allclose(reader.pts_s, np.array(VARIABLE) / 100, atol=1e-6)
        assert reader.fps == pytest.approx((len(VARIABLE) - 1) / 2.8)


def _trimmed(path: Path, first_pts: int) -> Path:
    """The same packets from the key frame before on; those before `first_pts` marked to be decoded but not shown."""
    out = path.with_name("trimmed.mp4")
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.pts, packet.dts = packet.pts - first_pts, packet.dts - first_pts
                packet.stream = stream
                target.mux(packet)
    return out


def test_frames_before_an_edit_list_are_not_shown(write_clip: Write, read_number: Read) -> None:
    path = write_clip(options=GOPS)
    with av.open(str(path)) as container:
        step = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    path = _trimmed(path, sorted(step)[7])
    with av.open(str(path)) as container:
        assert any(packet.is_discard for packet in container.demux(video=0)), "no edit list in the file"
    with av.open(str(path)) as container:
        assert len(build_index(container, container.streams.video[0])) == 33
    with open_video(path) as reader:
        order = [5, 0, 32, 1, 31, *range(33)]
        assert [read_number(reader.frame(i)) for i in order] == [7 + i for i in order]
        assert reader.pts_s[0] == 0


def test_stepping_forward_never_seeks(write_clip: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_video(write_clip(options=GOPS)) as reader:
        reader.frame(0)
        monkeypatch.setattr(reader, "_decode_from", lambda key: pytest.fail("seeks"))
        for i in range(1, len(reader)):
            reader.frame(i)


def test_memory_is_bounded(write_clip: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_stream, "CACHE_BYTES", 10 * 128 * 64 * 3 // 2)
    with open_video(write_clip(pts=range(100), options=GOPS)) as reader:
        for i in range(len(reader)):
            reader.frame(i)
            assert len(reader._cache) <= 10  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux says how many threads there are")
def test_frames_that_are_kept_keep_no_threads(write_clip: Write) -> None:
    with open_video(write_clip()) as reader:
        counts = []
        for index in range(len(reader)):
            reader.frame(index)
            counts.append(len(list(Path("/proc/self/task").iterdir())))
    assert counts[-1] <= counts[3] + 1


@pytest.mark.skipif(not hasattr(av.video.stream.VideoStream, "set_display_rotation"), reason="old PyAV cannot write it")
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotated_clips_come_upright(degrees: int, write_clip: Write, read_number: Read) -> None:
    path = write_clip(rotation=degrees, turned=-degrees // 90, options=GOPS)  # as a phone held the other way stores it
    with open_video(path) as reader:
        assert reader.frame_size_px == (128, 64)
        assert [read_number(reader.frame(i)) for i in (3, 21, 4)] == [3, 21, 4]


@pytest.mark.parametrize("aspect", [Fraction(2, 1), Fraction(3, 4), Fraction(16, 11)])
def test_pixels_come_square(aspect: Fraction, write_clip: Write, read_number: Read) -> None:
    with open_video(write_clip(aspect=aspect, options=GOPS)) as reader:
        width = round(128 * aspect)
        assert reader.frame_size_px == (width, 64)
        assert reader.frame(9).shape == (64, width, 3)
        assert read_number(reader.frame(9)) == 9


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv"])
def test_a_truncated_clip_gives_what_it_has(name: str, write_clip: Write, read_number: Read) -> None:
    options = {"movflags": "faststart"} if name.endswith("mp4") else {}
    path = write_clip(name, pts=[10 * i for i in range(80)], options=GOPS, container_options=options)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    with open_video(path) as reader:
        assert 10 < len(reader) < 79
        times_s = [read_number(reader.frame(i)) / 10 for i in range(len(reader))]
        np.testing.assert_allclose(times_s, reader.pts_s, atol=1e-3)  # the last may lack some that lean on lost ones
        assert reader.problem is not None
        assert "cut short" in reader.problem


@pytest.mark.parametrize("shared", [True, False], ids=["one reader", "a reader each"])
def test_threads(shared: bool, write_clip: Write, read_number: Read) -> None:
    path, wrong = write_clip(options=GOPS), []

    def work(reader: VideoReader, seed: int) -> None:
        order = random.Random(seed).choices(range(40), k=20)
        wrong.extend(i for i in order if read_number(reader.frame(i)) != i)

    with ExitStack() as stack:
        readers = [stack.enter_context(open_video(path)) for _ in range(1 if shared else 3)]
        threads = [threading.Thread(target=work, args=(readers[seed % len(readers)], seed)) for seed in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_outside_is_an_index_error(write_clip: Write) -> None:
    with open_video(write_clip()) as reader:
        assert isinstance(reader, VideoReader)
        for i in (-1, len(reader)):
            with pytest.raises(IndexError):
                reader.frame(i)


def test_a_frame_that_does_not_come_is_said_to_be_damaged(
    write_clip: Write, read_number: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_phantom(*args: Any) -> VideoIndex:
        index = build_index(*args)
        pts, order = np.insert(index.pts, 17, index.pts[17] - 1), np.insert(index.order, 17, index.order[17])
        return replace(index, pts=pts, order=order)

    monkeypatch.setattr(video_stream, "build_index", with_a_phantom)
    with open_video(write_clip(options=GOPS)) as reader:
        for i in (16, 17, 17, 18, 40, 17):
            if i == 17:
                with pytest.raises(MediaError, match=r"Frame 18 .* damaged"):
                    reader.frame(i)
            else:
                assert read_number(reader.frame(i)) == i - (i > 17)


def test_a_closed_reader_says_so(write_clip: Write) -> None:
    reader = open_video(write_clip())
    reader.close()
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        reader.frame(0)


@pytest.mark.parametrize("name", ["b_frames.mp4", "open_groups.mp4"])
def test_the_index_knows_what_each_frame_needs(name: str, write_clip: Write) -> None:
    with av.open(str(write_clip(name, **CLIPS[name]))) as container:
        index = build_index(container, container.streams.video[0])
    assert len(index) == 40
    assert len(index.keys) == 4
    assert [index.from_pts(int(pts)) for pts in index.pts] == list(range(40))
    assert index.from_pts(int(index.pts[-1]) + 1) is None
    for i in range(40):
        key = index.keys[index.last_key(i)]
        assert key.pts <= index.pts[i]
        assert key.order <= index.order[i]


def test_reading_videos_needs_no_torch() -> None:
    code = "import sys, core_model.data.video; sys.exit('torch' in sys.modules or 'PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
