"""Operations on sparse and ragged tensors."""
import numpy as np
import tensorflow as tf

from common import Recorder, integers, values

record = Recorder("sparse")
whole = lambda *numbers: np.array(numbers, np.int32)
long = lambda x: tf.cast(x, tf.int64)
short = lambda *outputs: [tf.cast(x, tf.int32) if x.dtype == tf.int64 else x for x in outputs]

record.tensorflow(
    "sparseToDense",
    lambda values, standard, indices: tf.tensor_scatter_nd_update(tf.fill([2, 3], standard), indices, values),
    {"values": values(2), "standard": values(), "indices": whole([1, 2], [0, 1])},
    {"shape": [2, 3]},
)
for name, function in {"Sum": tf.sparse.segment_sum, "Mean": tf.sparse.segment_mean}.items():
    for shape in [(4,), (4, 3), (4, 2, 2)]:
        record.tensorflow(
            f"sparse.sparseSegment{name}",
            lambda data, indices, segments, function=function: function(data, indices, segments),
            {"data": values(*shape), "indices": integers(5, low=0, high=4), "segments": whole(0, 0, 1, 3, 3)},
        )
record.tensorflow(
    "sparse.sparseReshape",
    lambda indices, **shapes: short(
        *tf.raw_ops.SparseReshape(input_indices=long(indices), input_shape=long(shapes["from"]), new_shape=long(shapes["to"]))
    ),
    {"indices": whole([0, 0, 0], [0, 1, 0], [1, 2, 3]), "from": whole(2, 3, 6), "to": whole(9, -1)},
)
record.tensorflow(
    "sparse.sparseFillEmptyRows",
    lambda values, standard, indices: short(
        *tf.raw_ops.SparseFillEmptyRows(
            indices=long(indices), values=values, dense_shape=np.array([5, 6], np.int64), default_value=standard
        )
    ),
    {"values": values(3), "standard": values(), "indices": whole([0, 0], [1, 3], [3, 2])},
    {"shape": [5, 6]},
    gradients=[],
)
record.tensorflow(
    "raggedGather",
    lambda values, splits, indices: short(
        *[
            x
            for found in [
                tf.raw_ops.RaggedGather(
                    params_nested_splits=[long(splits)],
                    params_dense_values=values,
                    indices=indices,
                    OUTPUT_RAGGED_RANK=1,
                )
            ]
            for x in [*found[0], found[1]]
        ]
    ),
    {"values": values(6), "splits": whole(0, 3, 3, 5, 6), "indices": whole(2, 1, 0, 3)},
    gradients=[],
)
record.tensorflow(
    "raggedRange",
    lambda starts, limits, deltas: short(*tf.raw_ops.RaggedRange(starts=starts, limits=limits, deltas=deltas)),
    {"starts": whole(0, 5, 8), "limits": whole(3, 5, 2), "deltas": whole(1, 1, -2)},
)
record.tensorflow(
    "raggedTensorToTensor",
    lambda values, standard, splits: tf.RaggedTensor.from_row_splits(values, long(splits)).to_tensor(
        standard, shape=[4, 3]
    ),
    {"values": values(4), "standard": values(), "splits": whole(0, 2, 2, 3, 4)},
    {"shape": [4, 3]},
    gradients=[],
)
record.write()
