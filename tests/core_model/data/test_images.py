"""Folders of images and single images have the face of a video."""

import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from core_model.data.images import natural_key
from core_model.data.video import VideoReader, open_video
from core_model.errors import MediaError


def _save(path: Path, rgb: np.ndarray) -> Path:
    ok, data = cv2.imencode(path.suffix, rgb[..., ::-1])
    assert ok
    path.write_bytes(data.tobytes())
    return path


def _with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    tiff = b"II*\x00\x08\x00\x00\x00" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def test_natural_order_and_names(tmp_path: Path, draw_number: Callable, read_number: Callable) -> None:
    for number in (10, 9, 100, 1):
        _save(tmp_path / f"frame_{number}.png", draw_number(number))
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / ".hidden.png").write_bytes(b"")
    with open_video(tmp_path) as reader:
        assert isinstance(reader, VideoReader)
        assert reader.image_names == ("frame_1.png", "frame_9.png", "frame_10.png", "frame_100.png")
        assert [read_number(reader.frame(i)) for i in (3, 0, 2, 1)] == [100, 1, 10, 9]
        assert np.isnan(reader.pts_s).all()
        assert len(reader.pts_s) == 4
        assert reader.frame_size_px == (128, 64)


def test_names_without_or_with_odd_numbers_have_an_order() -> None:
    assert sorted(["²", "10", "a", "2b", "2"], key=natural_key)[:3] == ["2", "2b", "10"]


def test_a_single_image_with_a_name_in_another_script(
    tmp_path: Path, draw_number: Callable, read_number: Callable
) -> None:
    with open_video(_save(tmp_path / "танец 踊り é.png", draw_number(77))) as reader:
        assert (len(reader), read_number(reader.frame(0))) == (1, 77)
        with pytest.raises(IndexError):
            reader.frame(1)


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 1), (8, -1)])
def test_exif_orientation(
    orientation: int, turns: int, tmp_path: Path, draw_number: Callable, read_number: Callable
) -> None:
    path = _save(tmp_path / "photo.jpg", np.ascontiguousarray(np.rot90(draw_number(41), turns)))
    path.write_bytes(_with_exif_orientation(path.read_bytes(), orientation))
    with open_video(path) as reader:
        assert reader.frame_size_px == (128, 64)
        assert read_number(reader.frame(0)) == 41


def test_sixteen_bits_transparency_and_grey_become_rgb(tmp_path: Path) -> None:
    values = {
        "grey.png": np.full((8, 8), 200, np.uint8),
        "deep.png": np.full((8, 8, 3), 200 * 257, np.uint16),
        "clear.png": np.full((8, 8, 4), 200, np.uint8),
    }
    for name, image in values.items():
        (tmp_path / name).write_bytes(cv2.imencode(".png", image)[1].tobytes())
    with open_video(tmp_path) as reader:
        for i in range(3):
            assert reader.frame(i).dtype == np.uint8
            np.testing.assert_array_equal(reader.frame(i), np.full((8, 8, 3), 200))


def test_a_damaged_image_among_good_ones_costs_only_itself(tmp_path: Path, draw_number: Callable) -> None:
    (tmp_path / "a.png").write_bytes(b"no image")
    (tmp_path / "b.png").write_bytes(b"")
    _save(tmp_path / "c.png", draw_number(3))
    with open_video(tmp_path) as reader:
        assert len(reader) == 3
        assert reader.frame(2).shape == (64, 128, 3)
        for i in (0, 1):
            with pytest.raises(MediaError, match=r"[ab]\.png"):
                reader.frame(i)
