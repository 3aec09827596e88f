"""The workloads' models in PyTorch: the layers of models.mjs, by the same names."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PointsMlp(nn.Module):
    def __init__(self, workload: dict) -> None:
        super().__init__()
        self.dense1 = nn.Linear(2, 64)
        self.dense2 = nn.Linear(64, 64)
        self.logits = nn.Linear(64, workload["output"][0])

    def forward(self, points: Tensor) -> Tensor:
        hidden = F.relu(self.dense1(points))
        return self.logits(F.relu(self.dense2(hidden)))


class CnnBasic(nn.Module):
    def __init__(self, workload: dict) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 24, 5, stride=3)
        self.conv2 = nn.Conv2d(24, 48, 3, stride=2)
        self.conv3 = nn.Conv2d(48, 72, 3)
        self.logits = nn.Linear(72 * 2 * 2, workload["output"][0])

    maps_before = {"logits": (2, 2, 72)}
    """Of the dense layers that follow flattened maps: [height, width, channels]."""

    def forward(self, images: Tensor) -> Tensor:
        maps = images
        for layer in (self.conv1, self.conv2, self.conv3):
            maps = F.leaky_relu(layer(maps), 0.01)
        return self.logits(maps.flatten(1))


class TextLstm(nn.Module):
    def __init__(self, workload: dict) -> None:
        super().__init__()
        self.embedding = nn.Embedding(workload["input"]["below"], 64)
        self.lstm = nn.LSTM(64, 64, batch_first=True)
        # TensorFlow.js has one bias; two that are trained would move twice as fast.
        self.lstm.bias_hh_l0.requires_grad_(False).zero_()
        self.probabilities = nn.Linear(64, workload["output"][0])

    def forward(self, words: Tensor) -> Tensor:
        states, _ = self.lstm(self.embedding(words))
        return self.probabilities(states[:, -1])


def norm(channels: int) -> nn.BatchNorm2d:
    """With the constants of TensorFlow.js, whose momentum is that of the old mean."""
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class Unet(nn.Module):
    def __init__(self, workload: dict) -> None:
        super().__init__()
        blocks = [
            ("down1", 3, 16),
            ("down2", 16, 32),
            ("bottom", 32, 64),
            ("up2", 64 + 32, 32),
            ("up1", 32 + 16, 16),
        ]
        for name, inputs, filters in blocks:
            for part, channels in (("a", inputs), ("b", filters)):
                layer = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
                self.add_module(f"{name}{part}", layer)
                self.add_module(f"{name}{part}-norm", norm(filters))
        self.probabilities = nn.Conv2d(16, workload["output"][-1], 1)

    def twice(self, name: str, maps: Tensor) -> Tensor:
        for part in ("a", "b"):
            layer = self.get_submodule(f"{name}{part}")
            maps = F.relu(self.get_submodule(f"{name}{part}-norm")(layer(maps)))
        return maps

    def forward(self, images: Tensor) -> Tensor:
        down1 = self.twice("down1", images)
        down2 = self.twice("down2", F.max_pool2d(down1, 2))
        bottom = self.twice("bottom", F.max_pool2d(down2, 2))
        joined = torch.cat([F.interpolate(bottom, scale_factor=2), down2], 1)
        up2 = self.twice("up2", joined)
        joined = torch.cat([F.interpolate(up2, scale_factor=2), down1], 1)
        return self.probabilities(self.twice("up1", joined))


class ResNetBlock(nn.Module):
    def __init__(self, inputs: int, filters: int, stride: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(inputs, filters, 3, stride=stride, padding=1, bias=False)
        self.add_module("a-norm", norm(filters))
        self.b = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.add_module("b-norm", norm(filters))
        self.projects = stride > 1
        if self.projects:
            self.s = nn.Conv2d(inputs, filters, 1, stride=stride, bias=False)
            self.add_module("s-norm", norm(filters))

    def forward(self, maps: Tensor) -> Tensor:
        inner = F.relu(self.get_submodule("a-norm")(self.a(maps)))
        outer = self.get_submodule("b-norm")(self.b(inner))
        shortcut = (
            self.get_submodule("s-norm")(self.s(maps)) if self.projects else maps
        )
        return F.relu(outer + shortcut)


class ResNet20(nn.Module):
    def __init__(self, workload: dict) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.add_module("first-norm", norm(16))
        self.blocks = []
        channels = 16
        for stage, filters in enumerate((16, 32, 64)):
            for block in (1, 2, 3):
                stride = 2 if stage > 0 and block == 1 else 1
                name = f"stage{stage + 1}-{block}"
                self.blocks.append(name)
                self.add_module(name, ResNetBlock(channels, filters, stride))
                channels = filters
        self.probabilities = nn.Linear(64, workload["output"][0])

    def forward(self, images: Tensor) -> Tensor:
        maps = F.relu(self.get_submodule("first-norm")(self.first(images)))
        for name in self.blocks:
            maps = self.get_submodule(name)(maps)
        return self.probabilities(maps.mean((2, 3)))


MODELS = {
    "points-mlp": PointsMlp,
    "cnn-basic": CnnBasic,
    "text-lstm": TextLstm,
    "unet": Unet,
    "resnet-20": ResNet20,
}


def trained_parameters(model: nn.Module) -> list[nn.Parameter]:
    return [each for each in model.parameters() if each.requires_grad]


def of_dense(layer: nn.Linear, maps: tuple[int, int, int] | None) -> dict:
    def weight(kernel: Tensor) -> Tensor:
        if maps is None:
            return kernel.T
        # Rows of the kernel are in the order of channels last.
        by_place = kernel.reshape(*maps, -1)
        return by_place.permute(3, 2, 0, 1).reshape(kernel.shape[1], -1)

    return {"kernel": (layer.weight, weight), "bias": (layer.bias, None)}


def targets(layer: nn.Module, maps: tuple[int, int, int] | None) -> dict:
    """Of a layer's weights by their names in TensorFlow.js: where each goes, and how it is turned."""
    if isinstance(layer, nn.Linear):
        return of_dense(layer, maps)
    if isinstance(layer, nn.Conv2d):
        return {
            "kernel": (layer.weight, lambda kernel: kernel.permute(3, 2, 0, 1)),
            "bias": (layer.bias, None),
        }
    if isinstance(layer, nn.Embedding):
        return {"embeddings": (layer.weight, None)}
    if isinstance(layer, nn.LSTM):
        return {
            "kernel": (layer.weight_ih_l0, lambda kernel: kernel.T),
            "recurrent_kernel": (layer.weight_hh_l0, lambda kernel: kernel.T),
            "bias": (layer.bias_ih_l0, None),
        }
    return {
        "gamma": (layer.weight, None),
        "beta": (layer.bias, None),
        "moving_mean": (layer.running_mean, None),
        "moving_variance": (layer.running_var, None),
    }


@torch.no_grad()
def load_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Puts in the weights of TensorFlow.js, each named "layer/weight"."""
    layers = {
        # A block's layers have the block's name in front of theirs.
        name.replace(".", ""): layer
        for name, layer in model.named_modules()
    }
    maps = getattr(model, "maps_before", {})
    for path, values in weights.items():
        name, weight = path.rsplit("/", 1)
        target, turn = targets(layers[name], maps.get(name))[weight]
        target.copy_(turn(values) if turn else values)
