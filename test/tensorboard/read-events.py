"""Prints what TensorBoard reads in the folder of runs argv[1], as JSON."""

import json
import sys

from tensorboard.backend.event_processing import event_multiplexer

# Zero keeps all, where the web page keeps a sample.
KINDS = ("scalars", "images", "histograms", "tensors")
multiplexer = event_multiplexer.EventMultiplexer(
    size_guidance={kind: 0 for kind in KINDS}
)
multiplexer.AddRunsFromDirectory(sys.argv[1])
multiplexer.Reload()


result = {}
for run, tags in multiplexer.Runs().items():
    result[run] = {
        "tags": tags,
        "scalars": {
            tag: [[e.step, e.value] for e in multiplexer.Scalars(run, tag)]
            for tag in tags["scalars"]
        },
        "images": {
            tag: [
                [e.step, e.width, e.height, len(e.encoded_image_string)]
                for e in multiplexer.GetAccumulator(run).Images(tag)
            ]
            for tag in tags["images"]
        },
        "histograms": {
            tag: [
                [
                    e.step,
                    e.histogram_value.min,
                    e.histogram_value.max,
                    e.histogram_value.num,
                    e.histogram_value.sum,
                    list(e.histogram_value.bucket_limit),
                    list(e.histogram_value.bucket),
                ]
                for e in multiplexer.GetAccumulator(run).Histograms(tag)
            ]
            for tag in tags["histograms"]
        },
        "texts": {
            tag: [
                [e.step, [text.decode() for text in e.tensor_proto.string_val]]
                for e in multiplexer.Tensors(run, tag)
            ]
            for tag in tags["tensors"]
        },
        "wall": [
            e.wall_time
            for tag in tags["scalars"]
            for e in multiplexer.Scalars(run, tag)
        ],
    }
print(json.dumps(result))
