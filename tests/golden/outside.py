"""Other people's LPIPS, NIQE and NIMA as functions of uint8 arrays."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def lpips_network(backbone, data):
    """(SR, HR) -> distance, by the package lpips with torchvision's weights."""
    import lpips
    import torch
    from safetensors.torch import load_file

    files = {"alex": "alexnet-torchvision-features", "squeeze": "squeezenet1_1-torchvision-features-fp16"}
    state = {
        key.removeprefix("features."): value.float()
        for key, value in load_file(_weights(data, files[backbone])).items()
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks to an old torchvision
        network = lpips.LPIPS(net=backbone, pnet_rand=True, verbose=False)
    network.net.load_state_dict({key: state[key.partition(".")[2]] for key in network.net.state_dict()})

    def distance(sr, hr):
        with torch.inference_mode():
            return float(network(*(lpips.im2tensor(np.ascontiguousarray(image)) for image in (sr, hr))))

    return distance


def niqe_of_basicsr():
    """Luma or grey levels, (H, W), border shaved -> NIQE."""
    sys.path.insert(0, str(BENCHMARKS))
    from basicsr_functions import basicsr

    calculate = basicsr("metrics.niqe").calculate_niqe
    return lambda levels: float(calculate(levels.astype(float), crop_border=0, input_order="HW"))


def keras_nima(data):
    """RGB image -> mean rating, by idealo's MobileNet in Keras, padded as in the version that saved the file."""
    import h5py
    from keras import Sequential, layers
    from PIL import Image

    def block(convolution):
        return [layers.ZeroPadding2D(1), convolution, layers.BatchNormalization(epsilon=1e-3), layers.ReLU(6.0)]

    def pointwise(features):
        return [
            layers.Conv2D(features, 1, use_bias=False),
            layers.BatchNormalization(epsilon=1e-3),
            layers.ReLU(6.0),
        ]

    features = [64, 128, 128, 256, 256, *[512] * 6, 1024, 1024]
    strides = [1, 2, 1, 2, 1, 2, *[1] * 5, 2, 1]
    network = Sequential([layers.Input((224, 224, 3)), *block(layers.Conv2D(32, 3, 2, use_bias=False))])
    for count, stride in zip(features, strides, strict=True):
        for layer in [*block(layers.DepthwiseConv2D(3, stride, use_bias=False)), *pointwise(count)]:
            network.add(layer)
    network.add(layers.GlobalAveragePooling2D())
    network.add(layers.Dense(10, activation="softmax"))
    with h5py.File(_weights(data, "nima_mobilenet_aesthetic")) as file:
        values = [
            file[layer][name][()] for layer in file.attrs["layer_names"] for name in file[layer].attrs["weight_names"]
        ]
    network.set_weights(values)

    def rating(rgb):
        image = Image.fromarray(rgb).resize((224, 224), Image.Resampling.NEAREST)
        probabilities = network.predict(np.array(image, np.float32)[None] / 127.5 - 1, verbose=0)[0]
        return float(probabilities.astype(float) @ np.arange(1, 11))

    return rating


def _weights(data, stem):
    (path,) = (Path(data) / "weights").rglob(f"{stem}.*")
    return path
