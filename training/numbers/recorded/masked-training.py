"""Trainings whose outputs have a mask, by Keras in float64: losses and metrics of the steps that count."""
import json
import os

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np

keras.config.set_floatx("float64")
random = np.random.default_rng(12)
HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = [[1, 3, 0, 2], [2, 0, 0, 0], [3, 1, 2, 0], [0, 0, 0, 0], [1, 2, 3, 1]]

LOSSES = {
    "meanSquaredError": "mean_squared_error", "meanAbsoluteError": "mean_absolute_error", "binaryCrossentropy": "binary_crossentropy",
    "categoricalCrossentropy": "categorical_crossentropy", "sparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}
METRICS = {**LOSSES, "accuracy": "accuracy", "binaryAccuracy": "binary_accuracy"}


def eighths(*shape):
    return random.integers(-8, 8, shape) / 8 + 1 / 16


def made(middle, activation, width):
    L = keras.layers
    between = {
        "lstm": [L.LSTM(2, return_sequences=True, recurrent_activation="sigmoid")],
        "leakyReLU": [L.LeakyReLU(negative_slope=0.3)],
        "batchNormalization": [L.BatchNormalization(momentum=0.75)],
        "none": [],
    }[middle]
    return keras.Sequential([keras.Input((4,), dtype="int32"), L.Embedding(4, 3, mask_zero=True), *between, L.Dense(width, activation=activation)])


def case(middle, activation, width, loss, metrics, weighted=False):
    model = made(middle, activation, width)
    start = [np.abs(eighths(*w.shape)) if "variance" in w.name else eighths(*w.shape) for w in model.weights]
    model.set_weights(start)
    x = np.array(WORDS, np.int32)
    shape = (5, 4, 1) if loss.startswith("sparse") else (5, 4, width)
    y = random.integers(0, width, shape) if loss.startswith("sparse") else random.integers(0, 2, shape).astype(float)
    if loss == "categoricalCrossentropy":
        y = np.eye(width)[random.integers(0, width, (5, 4))]
    weights = np.array([1, 2, 0.5, 3, 0.25]) if weighted else None
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss=LOSSES[loss], metrics=[METRICS[m] for m in metrics])
    numbers = lambda found: [float(v) for v in np.ravel(found)]
    # Batches of two: the last has one example, and one has steps of padding alone in an example.
    evaluated = numbers(model.evaluate(x, y, batch_size=2, verbose=0))
    epochs = []
    for _ in range(2):
        keywords = {"sample_weight": np.repeat(weights[:, None], 4, 1)} if weighted else {}
        history = model.fit(x, y, batch_size=2, shuffle=False, verbose=0, **keywords).history
        epochs.append([history[k][0] for k in ["loss", *(METRICS[m] for m in metrics)]])
    return {
        "middle": middle, "activation": activation, "width": width, "loss": loss, "metrics": metrics,
        "weights": [w.tolist() for w in start], "y": y.tolist(), **({"sampleWeight": weights.tolist()} if weighted else {}),
        "evaluated": evaluated, "epochs": epochs, "after": [np.round(w, 8).tolist() for w in model.get_weights()],
    }


cases = [
    case("none", "linear", 1, "meanSquaredError", ["meanAbsoluteError"]),
    case("none", "linear", 2, "meanSquaredError", ["meanAbsoluteError"], weighted=True),
    case("lstm", "sigmoid", 2, "binaryCrossentropy", ["binaryAccuracy", "meanSquaredError"]),
    case("leakyReLU", "softmax", 3, "categoricalCrossentropy", ["accuracy"]),
    case("none", "softmax", 3, "sparseCategoricalCrossentropy", ["accuracy"]),
    case("lstm", "softmax", 3, "sparseCategoricalCrossentropy", ["accuracy"], weighted=True),
    case("batchNormalization", "linear", 2, "meanAbsoluteError", ["meanSquaredError"]),
]
with open(os.path.join(HERE, "masked-training.json"), "w") as file:
    json.dump({"words": WORDS, "cases": cases}, file)
