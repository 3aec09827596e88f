"""Operations of tf.image. PyTorch has the channels in front; TensorFlow computes most of these in 32 bits alone."""
import numpy as np
import tensorflow as tf
import torch
from torch.nn import functional as F

from common import Recorder, distinct, integers, values

record = Recorder("images")
raw = tf.raw_ops


def exact(*shape):
    """Quarters: products and sums of few of them are exact in 32 bits."""
    return distinct(*shape, gap=0.25)


def in32(function):
    """Computes in 32 bits, and tells the result in 64."""

    def computed(**inputs):
        given = {n: tf.cast(v, tf.float32) if v.dtype.is_floating else v for n, v in inputs.items()}
        result = function(**given)
        parts = result if isinstance(result, (list, tuple)) else [result]
        return [tf.cast(y, tf.float64) if y.dtype.is_floating else y for y in parts]

    return computed


# PyTorch: "align_corners=False" aligns the borders of images, as half-pixel centers do.
for shape, size in [((2, 3, 4, 2), [5, 7]), ((1, 5, 6, 1), [2, 3]), ((2, 3, 3, 3), [6, 6]), ((1, 1, 3, 1), [4, 1])]:
    for corners in [False, True]:
        record.torch(
            "image.resizeBilinear",
            lambda images: F.interpolate(
                images.movedim(-1, 1), size, mode="bilinear", align_corners=corners
            ).movedim(1, -1),
            {"images": values(*shape)},
            {"size": size, **({"alignCorners": True} if corners else {"halfPixelCenters": True})},
        )
    record.torch(
        "image.resizeNearestNeighbor",
        lambda images: F.interpolate(images.movedim(-1, 1), size, mode="nearest").movedim(1, -1),
        {"images": values(*shape)},
        {"size": size},
    )
    record.torch(
        "image.resizeNearestNeighbor",
        lambda images: F.interpolate(images.movedim(-1, 1), size, mode="nearest-exact").movedim(1, -1),
        {"images": values(*shape)},
        {"size": size, "halfPixelCenters": True},
    )

# TensorFlow, whose arguments are those of tfjs. Sizes whose ratios are exact.
for shape, size in [((2, 2, 3, 2), [4, 6]), ((1, 4, 8, 1), [2, 2]), ((2, 3, 5, 1), [5, 9]), ((1, 1, 2, 3), [3, 1])]:
    for attrs in [{}, {"alignCorners": True}, {"halfPixelCenters": True}]:
        named = {
            "size": size,
            "align_corners": attrs.get("alignCorners", False),
            "half_pixel_centers": attrs.get("halfPixelCenters", False),
        }
        record.tensorflow(
            "image.resizeNearestNeighbor",
            in32(lambda images: raw.ResizeNearestNeighbor(images=images, **named)),
            {"images": exact(*shape)},
            {"size": size, **attrs},
        )
        scales = [(s - 1) / (o - 1) if attrs.get("alignCorners") and o > 1 else s / o for s, o in zip(shape[1:3], size)]
        if all((scale * 64).is_integer() for scale in scales):
            record.tensorflow(
                "image.resizeBilinear",
                in32(lambda images: raw.ResizeBilinear(images=images, **named)),
                {"images": exact(*shape)},
                {"size": size, **attrs},
            )

# Corners that are exact: (y2 - y1) (height - 1) / (size - 1) and so on.
BOXES = np.array([[0, 0, 1, 1], [0.25, 0.5, 0.75, 1.5], [1, 1, 0, 0], [0.375, -0.25, 0.625, 0.75]], np.float64)
for method in ["bilinear", "nearest"]:
    for shape, size in [((2, 5, 9, 2), [3, 5]), ((2, 5, 9, 1), [1, 3]), ((2, 9, 5, 3), [5, 1])]:
        # Between the cells: there the gradient of the boxes is the same from both sides.
        boxes = BOXES + (np.array([1, 1, 1, 1]) / 64 if method == "bilinear" else 1 / 128)
        record.tensorflow(
            "image.cropAndResize",
            in32(
                lambda image, boxes, boxInd: raw.CropAndResize(
                    image=image,
                    boxes=boxes,
                    box_ind=boxInd,
                    crop_size=size,
                    method=method,
                    extrapolation_value=-1.5,
                )
            ),
            {"image": exact(*shape), "boxes": boxes, "boxInd": np.array([0, 1, 1, 0], np.int32)},
            {"size": size, "method": method, "outside": -1.5},
            gradients=["image", "boxes"] if method == "bilinear" else ["image"],
        )

MATRICES = np.array(
    [
        [1, 0, 1.25, 0, 1, -0.75, 0, 0],
        [0.5, 0.25, 0, -0.25, 1.5, 0.5, 0, 0],
        [-1, 0, 2.25, 0, -1, 4.75, 0, 0],
    ]
)
for mode in ["constant", "reflect", "wrap", "nearest"]:
    for method in ["nearest", "bilinear"]:
        for count, size in [(3, [4, 5]), (1, [3, 7])]:
            record.tensorflow(
                "image.transform",
                in32(
                    lambda image, transforms: raw.ImageProjectiveTransformV3(
                        images=image,
                        transforms=transforms,
                        output_shape=size,
                        interpolation=method.upper(),
                        fill_mode=mode.upper(),
                        fill_value=-1.5,
                    )
                ),
                {"image": exact(max(2, count), 4, 5, 1), "transforms": MATRICES[:count]},
                {"interpolation": method, "fillMode": mode, "fillValue": -1.5, "size": size},
                # TensorFlow takes the inverse transform for the gradient, which it is only about.
                gradients=[],
            )

record.tensorflow("image.flipLeftRight", lambda image: tf.image.flip_left_right(image), {"image": values(2, 2, 3, 2)})
record.tensorflow("image.grayscaleToRGB", lambda image: tf.image.grayscale_to_rgb(image), {"image": values(2, 3, 1)})
weights = np.array([0.2989, 0.587, 0.114])
record.torch(
    "image.rgbToGrayscale",
    lambda image: (image * torch.tensor(weights)).sum(-1, keepdim=True),
    {"image": values(2, 2, 3)},
)


def boxes(count):
    """Corners that are exact in few bits, from whichever corner."""
    ends = np.random.default_rng(count).integers(0, 17, (count, 2, 2)) / 4.0
    ends[:, 1] += ends[:, 0] * 0 + 0.25
    return ends.reshape(count, 4)


for count, most, overlap, least in [(8, 5, 0.25, -np.inf), (12, 12, 0.5, 0.3), (9, 4, 0.0, 0.1)]:
    inputs = {"boxes": boxes(count), "scores": (np.random.default_rng(most).permutation(count) + 1) / 16.0}
    named = {"max_output_size": most, "iou_threshold": overlap}
    attrs = {"most": most, "overlap": overlap, **({} if least == -np.inf else {"least": least})}
    record.tensorflow(
        "image.nonMaxSuppression",
        in32(lambda boxes, scores: raw.NonMaxSuppressionV3(boxes=boxes, scores=scores, score_threshold=least, **named)),
        inputs,
        attrs,
        gradients=[],
    )
    record.tensorflow(
        "image.nonMaxSuppressionPadded",
        in32(
            lambda boxes, scores: list(
                raw.NonMaxSuppressionV4(
                    boxes=boxes, scores=scores, score_threshold=least, pad_to_max_output_size=True, **named
                )
            )
        ),
        inputs,
        {**attrs, "padded": True},
        gradients=[],
    )
    record.tensorflow(
        "image.nonMaxSuppressionWithScore",
        in32(
            lambda boxes, scores: list(
                raw.NonMaxSuppressionV5(
                    boxes=boxes, scores=scores, score_threshold=least, soft_nms_sigma=0.0, **named
                )
            )[:2]
        ),
        inputs,
        attrs,
        gradients=[],
    )
record.write()
