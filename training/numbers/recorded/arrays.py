"""Operations that move numbers: shapes, parts, places."""
import numpy as np
import tensorflow as tf
import torch

from common import Recorder, booleans, integers, values

record = Recorder("arrays")

record.torch("reverse", lambda x: x.flip([0, 2]), {"x": values(2, 3, 4)}, {"axis": [0, -1]})
record.torch("reverse", lambda x: x.flip([0, 1]), {"x": booleans(3, 2)}, {})
record.torch("tile", lambda x: x.repeat(2, 1, 3), {"x": values(2, 3, 2)}, {"reps": [2, 1, 3]})
record.torch("tile", lambda x: x.repeat(2, 1, 2, 1, 3), {"x": values(1, 2, 1, 2, 1)}, {"reps": [2, 1, 2, 1, 3]})
record.torch("tile", lambda x: x.repeat(2, 3), {"x": booleans(2, 3)}, {"reps": [2, 3]})
record.torch("broadcastTo", lambda x: x.expand(2, 3, 4), {"x": values(3, 1)}, {"shape": [2, 3, 4]})
record.torch("squeeze", lambda x: x.squeeze(1), {"x": values(2, 1, 3, 1)}, {"axis": [1]})
record.torch("expandDims", lambda x: x.unsqueeze(-2), {"x": values(2, 3)}, {"axis": -2})

record.torch("slice", lambda x: x[1:3, :, 2:4], {"x": values(3, 2, 5)}, {"begin": [1, 0, 2], "size": [2, -1, 2]})
record.torch("slice", lambda x: x[:, 1:2], {"x": booleans(2, 3)}, {"begin": [0, 1], "size": [2, 1]})


def strided(function, x, **attrs):
    record.tensorflow("stridedSlice", function, {"x": x}, attrs)


strided(lambda x: x[::-1, 1:5:2], values(3, 6), begin=[0, 1], end=[0, 5], strides=[-1, 2], beginMask=1, endMask=1)
strided(lambda x: x[4:0:-2], values(6), begin=[4], end=[0], strides=[-2])
strided(lambda x: x[1, ..., ::2], values(2, 3, 2, 5), begin=[1, 0, 0], end=[2, 0, 0], strides=[1, 1, 2], endMask=4, beginMask=4, ellipsisMask=2, shrinkAxisMask=1)
strided(lambda x: x[:, tf.newaxis, -1, -3:], values(2, 3, 4), begin=[0, 0, -1, -3], end=[0, 0, 0, 0], strides=[1, 1, 1, 1], beginMask=1, endMask=9, newAxisMask=2, shrinkAxisMask=4)
strided(lambda x: x[3:1], values(5), begin=[3], end=[1], strides=[1])
strided(lambda x: x[-9:9:3, ::-2], values(4, 5), begin=[-9, 0], end=[9, 0], strides=[3, -2], beginMask=2, endMask=2)
strided(lambda x: x[::2, 1], integers(4, 3), begin=[0, 1], end=[0, 2], strides=[2, 1], beginMask=1, endMask=1, shrinkAxisMask=2)
strided(lambda x: x[1:, ::2], booleans(3, 4), begin=[1, 0], end=[0, 0], strides=[1, 2], endMask=3, beginMask=2)

record.torch("concat", lambda x0, x1, x2: torch.cat([x0, x1, x2], 1), {"x0": values(2, 1, 3), "x1": values(2, 3, 3), "x2": values(2, 2, 3)}, {"axis": -2})
record.torch("concat", lambda x0, x1: torch.cat([x0, x1], 0), {"x0": values(0, 3), "x1": values(2, 3)}, {"axis": 0})
record.torch("stack", lambda x0, x1: torch.stack([x0, x1], -1), {"x0": values(2, 3), "x1": values(2, 3)}, {"axis": -1})
record.torch("unstack", lambda x: x.unbind(1), {"x": values(2, 3, 2)}, {"axis": 1})
record.torch("split", lambda x: x.split([1, 3, 2], 1), {"x": values(2, 6)}, {"axis": -1, "by": [1, -1, 2]})

pad = [[1, 2], [0, 3]]
record.torch("pad", lambda x: torch.nn.functional.pad(x, (0, 3, 1, 2), value=1.5), {"x": values(2, 3)}, {"paddings": pad, "value": 1.5})
record.tensorflow("pad", lambda x: tf.pad(x, pad, constant_values=-7), {"x": integers(2, 3)}, {"paddings": pad, "value": -7})
for mode, paddings in [("reflect", [[1, 2], [2, 0]]), ("symmetric", [[3, 1], [0, 2]])]:
    record.tensorflow("mirrorPad", lambda x: tf.pad(x, paddings, mode.upper()), {"x": values(3, 4)}, {"paddings": paddings, "mode": mode})
record.torch("mirrorPad", lambda x: torch.nn.functional.pad(x, (1, 2, 2, 1), mode="reflect"), {"x": values(2, 3, 4)}, {"paddings": [[0, 0], [2, 1], [1, 2]], "mode": "reflect"})

record.tensorflow("depthToSpace", lambda x: tf.nn.depth_to_space(x, 2), {"x": values(2, 2, 1, 8)}, {"block": 2, "dataFormat": "NHWC"})
record.tensorflow("depthToSpace", lambda x: tf.nn.depth_to_space(x, 3), {"x": values(1, 2, 2, 9)}, {"block": 3, "dataFormat": "NHWC"})
blocks, paddings = [2, 3], [[1, 0], [0, 2]]
record.tensorflow("spaceToBatchND", lambda x: tf.space_to_batch(x, blocks, paddings), {"x": values(2, 3, 4, 2)}, {"blocks": blocks, "paddings": paddings})
crops = [[0, 1], [2, 1]]
record.tensorflow("batchToSpaceND", lambda x: tf.batch_to_space(x, blocks, crops), {"x": values(12, 2, 2, 2)}, {"blocks": blocks, "crops": crops})

for axis, batch, x, indices in [
    (0, 0, values(4, 3), integers(5, low=0, high=4)),
    (1, 0, values(2, 4, 3), integers(2, 3, low=0, high=4)),
    (-1, 0, values(2, 4), integers(low=0, high=4)),
    (1, 1, values(3, 4, 2), integers(3, 5, low=0, high=4)),
    (2, 1, values(2, 2, 4, 2), integers(2, 3, low=0, high=4)),
    (2, 2, values(2, 3, 4), integers(2, 3, 2, low=0, high=4)),
    (-1, 1, values(2, 3, 4), integers(2, 2, low=0, high=4)),
    (1, 0, booleans(2, 4), integers(3, low=0, high=4)),
]:
    indices = np.asarray(indices, np.int32)
    record.tensorflow("gather", lambda x, indices: tf.gather(x, indices, axis=axis, batch_dims=batch), {"x": x, "indices": indices}, {"axis": axis, "batchDims": batch})

ids = np.array([2, 0, -1, 2, 0], np.int32)
record.tensorflow("unsortedSegmentSum", lambda x, ids: tf.math.unsorted_segment_sum(x, ids, 4), {"x": values(5, 3), "ids": ids}, {"segments": 4})


def places(*lead, shape):
    return np.stack([integers(*lead, low=0, high=size) for size in shape], axis=-1).astype(np.int32)


record.tensorflow("gatherND", lambda x, indices: tf.gather_nd(x, indices), {"x": values(3, 4, 2), "indices": places(5, shape=[3, 4])}, {})
record.tensorflow("gatherND", lambda x, indices: tf.gather_nd(x, indices), {"x": values(3, 4), "indices": places(2, 3, shape=[3])}, {})
record.tensorflow("scatterND", lambda indices, updates: tf.scatter_nd(indices, updates, [3, 4]), {"indices": places(6, shape=[3, 4]), "updates": values(6)}, {"shape": [3, 4]})
record.tensorflow("scatterND", lambda indices, updates: tf.scatter_nd(indices, updates, [3, 2]), {"indices": places(2, 4, shape=[3]), "updates": values(2, 4, 2)}, {"shape": [3, 2]})
rows = np.array([[2], [0]], np.int32)
record.tensorflow("tensorScatterUpdate", lambda tensor, indices, updates: tf.tensor_scatter_nd_update(tensor, indices, updates), {"tensor": values(3, 2), "indices": rows, "updates": values(2, 2)}, {})
record.torch("meshgrid", lambda x, y: torch.meshgrid(x, y, indexing="xy"), {"x": values(3), "y": values(2)}, {"indexing": "xy"})
record.torch("meshgrid", lambda x, y: torch.meshgrid(x, y, indexing="ij"), {"x": integers(3), "y": integers(2)}, {"indexing": "ij"})


def cell(forget, kernel, bias, data, c, h):
    """The cell of TensorFlow 1: gates are input, new value, forget, output."""
    i, j, f, o = torch.chunk(torch.cat([data, h], 1) @ kernel + bias, 4, 1)
    c = torch.sigmoid(i) * torch.tanh(j) + c * torch.sigmoid(forget + f)
    return [c, torch.tanh(c) * torch.sigmoid(o)]


record.torch(
    "basicLSTMCell", cell,
    {"forget": np.array(1.0), "kernel": values(5, 8), "bias": values(8), "data": values(3, 3), "c": values(3, 2), "h": values(3, 2)},
)
record.write()
