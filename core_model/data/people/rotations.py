"""Small rotations in numpy, one at a time: fast where torch is slow."""

import math

import numpy as np

from core_model.data.people.assets import Array


def unit(vector: Array) -> Array:
    """`vector` (3,) scaled to length 1."""
    return vector / max(math.sqrt(float(vector @ vector)), 1e-9)


def cross(a: Array, b: Array) -> Array:
    """Cross product of two vectors (3,); numpy's own is ten times slower on one pair."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx))


def turn(axis: Array, angle_rad: float) -> Array:
    """Rotation matrix (3,3) about the unit vector `axis` (Rodrigues)."""
    x, y, z = axis.tolist()
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    d = 1 - c
    return np.array(
        (
            (c + x * x * d, x * y * d - z * s, x * z * d + y * s),
            (x * y * d + z * s, c + y * y * d, y * z * d - x * s),
            (x * z * d - y * s, y * z * d + x * s, c + z * z * d),
        )
    )


def swing(a: Array, b: Array) -> Array:
    """Smallest rotation (3,3) that carries the unit vector `a` onto the unit vector `b`."""
    axis = cross(a, b)
    sine = math.sqrt(float(axis @ axis))
    if sine < 1e-7:
        if float(a @ b) > 0:
            return np.eye(3)
        other = np.eye(3)[int(np.argmin(np.abs(a)))]
        return turn(unit(cross(a, other)), math.pi)
    return turn(axis / sine, math.atan2(sine, float(a @ b)))


def signed_angle(a: Array, b: Array, axis: Array) -> float:
    """Angle (rad) from `a` to `b` about the unit vector `axis`, both first made perpendicular to it."""
    a, b = a - axis * (a @ axis), b - axis * (b @ axis)
    return math.atan2(float(axis @ cross(a, b)), float(a @ b))


def frame(x: Array, y: Array) -> Array:
    """Orthonormal frame (3,3), columns: `x`, `y` made perpendicular to it, and their cross product."""
    x = unit(x)
    y = unit(y - x * (x @ y))
    return np.stack([x, y, cross(x, y)], axis=1)


def rotation_vector(rotation: Array) -> Array:
    """Axis times angle (3,) of a rotation matrix."""
    cosine = max(-1.0, min(1.0, (float(np.trace(rotation)) - 1) / 2))
    angle = math.acos(cosine)
    axis = np.array((rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]))
    length = math.sqrt(float(axis @ axis))
    return axis * (angle / length) if length > 1e-9 else np.zeros(3)


def between(a: Array, b: Array, share: float) -> Array:
    """The rotation `share` of the way from `a` to `b`."""
    vector = rotation_vector(b @ a.T) * share
    angle = math.sqrt(float(vector @ vector))
    return a if angle < 1e-9 else turn(vector / angle, angle) @ a


def random_rotation(rng: np.random.Generator) -> Array:
    """A rotation (3,3) uniform over all orientations (QR of a Gaussian matrix)."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0 else q[:, ::-1]
