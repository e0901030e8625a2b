"""Rotations as other programs store them: Euler angles and quaternions without jumps (numpy only)."""

import numpy as np

ORDER = "ZXY"
"""Channels are listed, and matrices multiplied, in this order: R = Rz Rx Ry."""


def euler_zxy(rotations: np.ndarray) -> np.ndarray:
    """(T, J, 3, 3) -> angles (T, J, 3) about z, x, y in radians, each as near to the one before as can be.

    Two triples give one rotation, and full turns give it again; of all of them the nearest to the frame before is
    taken, so that curves run on beyond 180 degrees instead of jumping.
    """
    sine = np.clip(rotations[..., 2, 1], -1.0, 1.0)
    lock = np.abs(sine) > 1 - 1e-12
    z = np.where(
        lock,
        np.arctan2(rotations[..., 1, 0], rotations[..., 0, 0]),
        np.arctan2(-rotations[..., 0, 1], rotations[..., 1, 1]),
    )
    y = np.where(lock, 0.0, np.arctan2(-rotations[..., 2, 0], rotations[..., 2, 2]))
    one = np.stack([z, np.arcsin(sine), y], axis=-1)
    other = one * [1, -1, 1] + np.pi
    out = one.copy()
    for t in range(1, len(out)):
        ways = np.stack([one[t], other[t]])
        ways += 2 * np.pi * np.round((out[t - 1] - ways) / (2 * np.pi))
        far = np.abs(ways - out[t - 1]).sum(axis=-1)
        out[t] = np.where((far[1] < far[0])[:, None], ways[1], ways[0])
    return out


def quaternions_xyzw(rotations: np.ndarray) -> np.ndarray:
    """(T, J, 3, 3) -> unit quaternions (T, J, 4), scalar last as in glTF, the nearer of both signs to the frame before.

    The largest of the four is computed first and divides the others (Shepperd, J. Guidance and Control 1, 1978).
    """
    xx, yy, zz = (rotations[..., i, i] for i in range(3))
    squares = np.stack([1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz, 1 + xx + yy + zz], axis=-1)
    x, y, z = (rotations[..., (i + 2) % 3, (i + 1) % 3] - rotations[..., (i + 1) % 3, (i + 2) % 3] for i in range(3))
    xy, xz, yz = (rotations[..., i, j] + rotations[..., j, i] for i, j in ((0, 1), (0, 2), (1, 2)))
    products = np.stack(
        [squares[..., 0], xy, xz, x, xy, squares[..., 1], yz, y, xz, yz, squares[..., 2], z, x, y, z, squares[..., 3]],
        axis=-1,
    ).reshape(*squares.shape, 4)
    best = squares.argmax(axis=-1)[..., None, None]
    out = np.take_along_axis(products, best, axis=-2).squeeze(-2)
    out /= np.linalg.norm(out, axis=-1, keepdims=True)
    agree = np.where((out[1:] * out[:-1]).sum(-1) < 0, -1.0, 1.0)
    out[1:] *= np.cumprod(agree, axis=0)[..., None]
    return out
