"""All that pairs of frames of unlabelled video teach, put together: two frames of one person in, terms out.

What several terms need is computed once, and only when the first of them is asked for. Gradients reach the encoder's
tail, and the decoder unless it is frozen; the trunk's features are given by `Networks.features` and may come from
anywhere (without gradients, the decoder learns nothing from how its novel pictures are read).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core_model.data.augment import Warp
from core_model.data.batches import PairBatch
from core_model.geometry.camera import crop_to_frame
from core_model.geometry.kinematics import limb_directions
from core_model.networks.decoder import Decoder
from core_model.networks.encoder import INPUT_PX, EncoderMaps
from core_model.networks.prior import PoseCritic
from core_model.networks.trunk import Trunk
from core_model.puppet import Puppet
from core_model.skeleton import LIMBS, PART_MIRROR
from core_model.training.averaging import as_in_use, held_still
from core_model.training.differentiable import Reading, Standing, read, stand
from core_model.training.losses import continuity, cycle, equivariance, segmentation
from core_model.training.losses.prior import blurred_limbs, critic_loss, prior_loss
from core_model.training.losses.reconstruction import reconstruction_loss
from core_model.training.moves import Moves
from core_model.training.novel import random_fill, random_views, stand_before
from core_model.training.picture import Figure, Picture, appearance, figure_of, make_picture

_PART_MIRROR = torch.as_tensor(np.append(PART_MIRROR, len(PART_MIRROR)))
RECORDED = 8
"""Recorded poses that the critic sees beside each pose that was read."""
PARTS_SHARE = 0.2
"""Of equivariance: squared differences of part maps against distances of joints and cosines of limbs."""


@dataclass(frozen=True)
class Networks:
    """What takes part. All of them are called as they are: freeze, train or average them outside."""

    features: Callable[[Tensor], Sequence[Tensor]]  # of the trunk, for the tail
    tail: nn.Module
    trunk: Trunk  # tells how alike two pictures look
    decoder: Decoder
    puppet: Puppet
    critic: PoseCritic
    poses_rad: Tensor  # (N, 20, 2) recorded limb angles, for novel pictures and the critic
    autocast: Callable[[], AbstractContextManager[None]] = nullcontext  # in which precision the tail computes


class View:
    """One batch of crops and all that follows from it, each worked out when first asked for."""

    def __init__(self, image: Tensor, networks: Networks) -> None:
        self.image, self.networks = image, networks

    @property
    def side_px(self) -> int:
        """Of the crops."""
        return self.image.shape[-1]

    @cached_property
    def maps(self) -> EncoderMaps:
        """What the encoder says."""
        small = functional.interpolate(
            self.image, (INPUT_PX, INPUT_PX), mode="bilinear", antialias=True, align_corners=False
        )
        features = self.networks.features(small)
        with as_in_use(self.networks.tail), self.networks.autocast():
            maps = self.networks.tail(*features)
        return EncoderMaps(*(m.float() for m in maps))

    @cached_property
    def reading(self) -> Reading:
        return read(self.maps, self.side_px)

    @property
    def points(self) -> Tensor:
        """(B, 21, 2) joints in sides of the crop."""
        return self.reading.points_px / self.side_px

    @cached_property
    def standing(self) -> Standing:
        return stand(self.reading, crop_px=self.side_px)

    @cached_property
    def figure(self) -> Figure:
        return figure_of(self.standing, self.networks.puppet, self.side_px)

    @cached_property
    def atlas(self) -> Tensor:
        return appearance(self.image, self.figure)


class PairTerms:
    """One method a term, named as its weight."""

    def __init__(self, batch: PairBatch, networks: Networks, rng: np.random.Generator) -> None:
        self.batch, self.networks, self.rng = batch, networks, rng
        self.source, self.target = View(batch.source, networks), View(batch.target, networks)

    @cached_property
    def picture(self) -> Picture:
        """The source's appearance in the target's pose."""
        return make_picture(self.source.atlas, self.target.figure, self.networks.decoder)

    def reconstruction(self) -> Tensor:
        """The source's appearance in the target's pose is the target."""
        batch = self.batch
        silhouette = functional.interpolate(
            segmentation.silhouette(self.target.maps.parts.detach()), batch.target.shape[-2:], mode="bilinear"
        )
        person = batch.confidence * batch.foreground + (1 - batch.confidence) * silhouette
        return reconstruction_loss(
            self.picture.decoded, batch.target, person, self.networks.trunk, batch.background, batch.known
        )

    def puppet(self) -> Tensor:
        """The encoder's and the decoder's segmentation against the target's puppet."""
        maps, said = self.target.figure.maps, (self.target.maps.parts, self.picture.decoded.parts)
        pairs = ((logits, *(_sized(m, logits) for m in (maps.segmentation, maps.uncertainty))) for logits in said)
        return torch.stack([segmentation.puppet_agreement_loss(*pair) for pair in pairs]).mean()

    def foreground(self) -> Tensor:
        """The encoder's silhouette, and outside its bands the puppet's, against the estimate."""
        estimate, confidence = self.batch.foreground, self.batch.confidence
        maps, own = self.target.figure.maps, segmentation.silhouette(self.target.maps.parts)
        puppet, certain = 1 - maps.segmentation[:, -1:], 1 - maps.uncertainty.detach()
        by_puppet = segmentation.foreground_loss(puppet, _sized(estimate, puppet), _sized(confidence, puppet) * certain)
        return (segmentation.foreground_loss(own, _sized(estimate, own), _sized(confidence, own)) + by_puppet) / 2

    @cached_property
    def novel(self) -> tuple[Standing, View]:
        """A recorded pose before a random camera in the source's appearance, and how that looks."""
        poses, side, device = self.networks.poses_rad, self.source.side_px, self.batch.source.device
        count = len(self.batch.source)
        angles, views, fill = (
            x.to(device)
            for x in (
                poses[torch.from_numpy(self.rng.integers(0, len(poses), count))],
                random_views(count, self.rng),
                random_fill(count, self.rng),
            )
        )
        standing = stand_before(angles, self.source.reading.shape.detach(), views, fill, side)
        made = make_picture(
            self.source.atlas.detach(), figure_of(standing, self.networks.puppet, side), self.networks.decoder
        )
        behind = self.batch.known * self.batch.background + (1 - self.batch.known) * self.batch.target
        return standing, View(made.over(behind.roll(1, 0)), self.networks)

    def cycle_pose(self) -> Tensor:
        """The pose of a novel picture is read back."""
        known, seen = self.novel
        ends = torch.as_tensor(LIMBS, device=known.joints_m.device)
        limbs = functional.normalize(known.joints_m[:, ends[:, 1]] - known.joints_m[:, ends[:, 0]], dim=-1)
        return cycle.pose_cycle_loss(seen.maps, known.points_px / seen.side_px, limbs)

    def cycle_atlas(self) -> Tensor:
        """So is its appearance."""
        return cycle.atlas_loss(self.novel[1].atlas, self.source.atlas.detach())

    def prior(self) -> Tensor:
        """The target's pose is one that people take."""
        with held_still(self.networks.critic):
            return prior_loss(self.target.standing.directions, self.networks.critic)

    def critic(self) -> Tensor:
        """Teaches the critic alone: recorded poses are real, the target's is not."""
        made_up, poses = self.target.standing.directions.detach(), self.networks.poses_rad
        chosen = torch.from_numpy(self.rng.integers(0, len(poses), RECORDED * len(made_up)))
        real = limb_directions(poses[chosen]).to(made_up)
        real, made_up = (
            blurred_limbs(limbs, torch.from_numpy(self.rng.standard_normal(limbs.shape)).to(limbs))
            for limbs in (real, made_up)
        )
        return critic_loss(real, made_up, self.networks.critic)

    def equivariance(self) -> Tensor:
        """The target against itself flipped, turned, scaled, shifted and recoloured."""
        side, image = self.target.side_px, self.target.image
        moves = Moves.of([Warp.draw(self.rng, side, side) for _ in image], image.device)
        gains = torch.from_numpy(np.exp(self.rng.normal(0, 0.15, (len(image), 3, 1, 1))).astype(np.float32))
        moved = View((moves.pictures(image) * gains.to(image.device)).clamp(0, 1), self.networks)
        before, after = (view.maps.parts.softmax(1) for view in (self.target, moved))
        return (
            equivariance.point_equivariance_loss(self.target.points, moved.points, moves)
            + equivariance.limb_equivariance_loss(self.target.reading.limbs, moved.reading.limbs, moves)
            + PARTS_SHARE * equivariance.map_equivariance_loss(before, after, moves, _PART_MIRROR)
        )

    def time(self) -> Tensor:
        """From the target to its neighbour joints and limbs move only as fast as people do."""
        now, then, apart = self.target, View(self.batch.neighbour, self.networks), self.batch.seconds
        moved = crop_to_frame(then.points, self.batch.neighbour_box, 1.0)
        return continuity.point_speed_loss(now.points, moved, apart) + continuity.limb_speed_loss(
            now.reading.limbs, then.reading.limbs, apart
        )

    def one_shape(self) -> Tensor:
        """Source and target have the same body."""
        return continuity.one_shape_loss(self.source.reading.shape, self.target.reading.shape)

    def one_appearance(self) -> Tensor:
        """Source and target wear the same."""
        return cycle.atlas_loss(self.target.atlas, self.source.atlas)


TERMS = (
    "reconstruction", "puppet", "foreground", "cycle_pose", "cycle_atlas", "prior", "equivariance", "time",
    "one_shape", "one_appearance",
)  # fmt: skip
"""The methods of `PairTerms` that give a term."""


def _sized(maps: Tensor, like: Tensor) -> Tensor:
    """Maps (B, C, H, W) at another's resolution, each cell the mean of what it covers."""
    return functional.interpolate(maps, like.shape[-2:], mode="area")
