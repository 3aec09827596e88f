"""The first tutorial's digits in PyTorch: reads them, trains CNN_basic, tests the epoch that validated best.

Arguments: workload, folder of digits, number of threads. Of a workload that trains it does all of that and
prints a line of JSON; of one that only reads it answers the lines of bench/training.mjs.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
from models import CnnBasic
from PIL import Image
from pytorch import make_optimizer
from torch import Tensor, nn

SPLITS = ("train", "val", "test")


def read_split(folder: Path, side: int) -> tuple[Tensor, Tensor]:
    """Images [count, 3, side, side] from 0 to 1, and their labels."""
    images, labels = [], []
    for label, of_class in enumerate(sorted(folder.iterdir())):
        for file in sorted(of_class.iterdir()):
            with Image.open(file) as image:
                resized = image.convert("RGB").resize((side, side), Image.BILINEAR)
                images.append(numpy.asarray(resized))
            labels.append(label)
    pixels = torch.from_numpy(numpy.stack(images)).permute(0, 3, 1, 2)
    return pixels.contiguous().float() / 255, torch.tensor(labels)


def read(folder: Path, side: int) -> dict[str, tuple[Tensor, Tensor]]:
    return {split: read_split(folder / split, side) for split in SPLITS}


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    scores = [model(some).argmax(1) for some in images.split(256)]
    return (torch.cat(scores) == labels).float().mean().item()


def train(workload: dict, folder: Path) -> float:
    """The accuracy of the test."""
    batch = workload["batch"]
    data = read(folder, workload["input"]["shape"][0])
    mean = data["train"][0].mean((0, 2, 3), keepdim=True)
    deviation = data["train"][0].std((0, 2, 3), keepdim=True)
    data = {
        split: ((images - mean) / deviation, labels)
        for split, (images, labels) in data.items()
    }
    model = CnnBasic(workload)
    optimizer = make_optimizer(workload["optimizer"], model)
    images, labels = data["train"]
    if len(images) != workload["command"]["images"]:
        raise ValueError(f"{folder} has {len(images)} training images")
    best, weights = -1.0, {}
    for _ in range(workload["command"]["epochs"]):
        order = torch.randperm(len(images))
        for some in order.split(batch):
            optimizer.zero_grad()
            F.cross_entropy(model(images[some]), labels[some]).backward()
            optimizer.step()
        validated = accuracy(model, *data["val"])
        if validated > best:
            best = validated
            weights = {name: each.clone() for name, each in model.state_dict().items()}
    model.load_state_dict(weights)
    return accuracy(model, *data["test"])


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def say(reply: dict) -> None:
    print(json.dumps(reply), flush=True)


def main() -> None:
    name, folder, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    file = Path(__file__).parent / "workloads.json"
    workload = json.loads(file.read_text())[name]
    if "command" in workload:
        tested = train(workload, Path(folder))
        say(
            {"processor": time.process_time(), "memory": memory(), "accuracy": tested}
        )
        return
    for line in sys.stdin:
        if line.strip() == "end":
            say({"memory": memory()})
            return
        processor, begin = time.process_time(), time.perf_counter()
        data = read(Path(folder), workload["input"]["shape"][0])
        say(
            {
                "seconds": time.perf_counter() - begin,
                "processor": time.process_time() - processor,
                "steps": sum(len(labels) for _, labels in data.values()),
            }
        )


if __name__ == "__main__":
    main()
