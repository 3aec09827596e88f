"""The peer of PyTorch: answers each line of bench/training.mjs by a line of JSON.

Arguments: workload, folder of prepare.mjs, number of threads.
"""

import json
import resource
import struct
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from models import MODELS, load_weights, trained_parameters
from torch import Tensor, nn

TYPES = {"F32": torch.float32, "I32": torch.int32}


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors of a safetensors file, by name."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    values = bytearray(content[8 + length :])
    return {
        name: torch.frombuffer(
            values,
            dtype=TYPES[entry["dtype"]],
            offset=entry["data_offsets"][0],
            count=max(1, (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4),
        )
        .reshape(entry["shape"])
        .clone()
        for name, entry in header.items()
    }


def make_optimizer(settings: dict, model: nn.Module) -> torch.optim.Optimizer:
    parameters = trained_parameters(model)
    if settings["name"] == "adam":
        return torch.optim.Adam(
            parameters,
            lr=settings["learningRate"],
            betas=(settings["beta1"], settings["beta2"]),
            eps=settings["epsilon"],
        )
    return torch.optim.SGD(
        parameters, lr=settings["learningRate"], momentum=settings["momentum"]
    )


class Peer:
    def __init__(self, name: str, folder: Path) -> None:
        file = Path(__file__).parent / "workloads.json"
        self.workload = json.loads(file.read_text())[name]
        self.batch: int = self.workload["batch"]
        self.model = MODELS[name](self.workload)
        expected = self.workload["parameters"]["trained"]
        found = sum(each.numel() for each in trained_parameters(self.model))
        if found != expected:
            raise ValueError(
                f"{name}: the model has {found} trained parameters, not {expected}"
            )
        load_weights(self.model, read_tensors(folder / "weights.safetensors"))
        self.optimizer = make_optimizer(self.workload["optimizer"], self.model)
        examples = read_tensors(folder / "examples.safetensors")
        self.inputs = examples["inputs"]
        if self.inputs.dim() == 4:
            # From channels last to PyTorch's own order.
            self.inputs = self.inputs.permute(0, 3, 1, 2).contiguous()
        self.labels = examples["labels"].long()
        self.model.train()

    def steps(self, order: Tensor) -> list[Tensor]:
        """A step for each batch of examples in this order; their losses."""
        losses = []
        for start in range(0, len(order), self.batch):
            some = order[start : start + self.batch]
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(self.inputs[some]), self.labels[some])
            loss.backward()
            self.optimizer.step()
            losses.append(loss.detach())
        return losses

    def losses(self) -> list[float]:
        count = self.workload["stepsCompared"] * self.batch
        return [loss.item() for loss in self.steps(torch.arange(count))]

    def round(self, steps: int) -> dict[str, float]:
        processor = time.process_time()
        begin = time.perf_counter()
        losses = self.steps(torch.randperm(steps * self.batch))
        torch.stack(losses).mean().item()
        return {
            "seconds": time.perf_counter() - begin,
            "processor": time.process_time() - processor,
            "steps": steps,
        }


def main() -> None:
    name, folder, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    peer = Peer(name, Path(folder))
    for line in sys.stdin:
        word, *numbers = line.split()
        if word == "losses":
            reply = {"losses": peer.losses()}
        elif word == "round":
            reply = peer.round(int(numbers[0]))
        else:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            reply = {"memory": peak * 1024}
        print(json.dumps(reply), flush=True)
        if word == "end":
            break


if __name__ == "__main__":
    main()
