#!/usr/bin/python3
"""Writes the weights of a net that `memspike learn` has trained as an ONNX model, with Debian's python3-numpy and python3-onnx.

    memspike learn --network cnn --set 'kernels=[6, 12]' --set floatingPoint.epochs=2 --train 20000 --test 3000 \\
        --device linear --out run
    python3 experiments/examples/toOnnx.py run/weights.safetensors digits.onnx 28 28
    memspike learn --network cnn --import digits.onnx

These commands made experiments/examples/digits.onnx. A rectifier and 2 x 2 maximum pooling follow each convolution; a rectifier
follows each dense layer but the last.
"""
import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def read_safetensors(path):
    data = open(path, "rb").read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    begin = 8 + length
    return {
        name: np.frombuffer(data[begin + one["data_offsets"][0] : begin + one["data_offsets"][1]], "<f4").reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__"
    }


def model_of(tensors, rows, columns):
    layers = [name[: -len(".weight")] for name in tensors if name.endswith(".weight")]
    convolutions = [name for name in layers if name.startswith("conv")]
    full = [name for name in layers if not name.startswith("conv")]
    nodes, now = [], "image"

    def add(operator, *weights, **attributes):
        nonlocal now
        out = f"{operator.lower()}{len(nodes)}"
        nodes.append(helper.make_node(operator, [now, *weights], [out], **attributes))
        now = out

    for name in convolutions:
        add("Conv", f"{name}.weight", f"{name}.bias")
        add("Relu")
        add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    add("Flatten")
    for name in full:
        add("Gemm", f"{name}.weight", f"{name}.bias", transB=1)
        if name != full[-1]:
            add("Relu")
    classes = tensors[f"{full[-1]}.weight"].shape[0]
    graph = helper.make_graph(
        nodes,
        "memspike",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, rows, columns])],
        [helper.make_tensor_value_info(now, TensorProto.FLOAT, ["n", classes])],
        [numpy_helper.from_array(values, name) for name, values in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: toOnnx.py weights.safetensors model.onnx ROWS COLUMNS")
    source, target, rows, columns = sys.argv[1:]
    onnx.save(model_of(read_safetensors(source), int(rows), int(columns)), target)
