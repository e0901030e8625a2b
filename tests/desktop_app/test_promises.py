"""How promises about memory are told from what was measured."""

import numpy as np

from desktop_app.promises import slope


def test_growth_is_told_from_all_of_the_time_and_not_from_a_leap() -> None:
    rng = np.random.default_rng(0)
    frames = np.arange(0.0, 3000, 50)
    used_mb = 1500 + 0.004 * frames + rng.normal(0, 1, len(frames))
    used_mb[20:24] += 40  # while a session is saved
    assert abs(slope(frames, used_mb) - 0.004) < 0.001
    assert abs(slope(frames, np.full(len(frames), 1500.0))) == 0
