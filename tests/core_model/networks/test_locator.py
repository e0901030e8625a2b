"""The locator's box goes out and comes back; its loss is least where the person is."""

import numpy as np
import torch

from core_model.networks.locator import GRID, INPUT_PX, best_box, letterbox, likely_boxes, locator_loss


def _maps_of(box: np.ndarray, sure: float = 8.0) -> torch.Tensor:
    """What a perfect head would say of a box in letterbox pixels."""
    maps = torch.zeros(1, 4, GRID, GRID)
    maps[:, 0] = -sure
    centre = (box[:2] + box[2:]) / 2 / 8
    col, row = (int(v) for v in centre)
    maps[0, 0, row, col] = sure
    maps[0, 1] = float(np.log2((box[2] - box[0]) / INPUT_PX))
    maps[0, 2], maps[0, 3] = float(centre[0] - col - 0.5), float(centre[1] - row - 0.5)
    return maps


def test_a_box_of_the_frame_comes_back_through_the_letterbox() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    boxed, scale = letterbox(frame)
    assert boxed.shape == (INPUT_PX, INPUT_PX, 3)
    assert (boxed[: round(480 * scale)] == 0).all()
    box = np.array([100.0, 50.0, 400.0, 350.0])
    found, score = best_box(_maps_of(box * scale)[0].numpy(), scale)
    assert np.allclose(found, box, atol=0.01)
    assert score > 0.99


def test_the_loss_is_least_on_the_right_answer_and_has_a_gradient_on_wrong_ones() -> None:
    box = np.array([40.0, 60.0, 140.0, 160.0])
    where, present = torch.tensor(box)[None].float(), torch.ones(1)

    def total(maps: torch.Tensor) -> torch.Tensor:
        return torch.stack(list(locator_loss(maps, where, present).values())).sum()

    right = float(total(_maps_of(box)))
    wrong = _maps_of(box + 40).requires_grad_()
    loss = total(wrong)
    loss.backward()
    assert right < 0.05
    assert loss.item() > right + 1
    assert wrong.grad is not None
    assert torch.isfinite(wrong.grad).all()
    assert wrong.grad.abs().max() > 0


def test_an_empty_frame_asks_for_silence_only() -> None:
    quiet = torch.zeros(1, 4, GRID, GRID)
    quiet[:, 0] = -9
    terms = locator_loss(quiet, torch.zeros(1, 4) + torch.tensor([0.0, 0, 8, 8]), torch.zeros(1))
    assert all(float(value) < 1e-2 for value in terms.values())


def test_each_of_several_people_has_one_box() -> None:
    boxes = np.array([[10.0, 20, 90, 100], [120, 60, 220, 160]])
    maps = np.maximum(*(_maps_of(box)[0].numpy() for box in boxes))
    for box in boxes:  # size and offset are those of the nearest person, and beside the middle it is likely, too
        own = _maps_of(box)[0].numpy()
        row, col = divmod(int(own[0].argmax()), GRID)
        maps[:, row, col] = own[:, row, col]
        maps[:, row, col + 1] = own[:, row, col] - np.array([1.0, 0, 1, 0])
    found = likely_boxes(maps, 1.0, 0.5)
    assert np.allclose(found[np.argsort(found[:, 0])], boxes, atol=0.01)
    assert not len(likely_boxes(np.full_like(maps, -8.0), 1.0, 0.5))
