"""Ma and PI as columns of the paper's Table 5, with random forests made here."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data
from scipy.io import savemat

from srbench.imaging.image_io import write_png

FIELDS = ("lDau", "rDau", "nodestatus", "nrnodes", "upper", "avnode", "mbest")
"""Fields of a forest in `NRQM_model.mat`."""


def test_ma_and_pi_are_columns_with_measured_values(srbench, material):
    """PCARN-M on five small photographs named Set5: each forest is a leaf, so that Ma is the same for every image."""
    root = material("weights/sr/PCARN-M.pth", "weights/metrics/niqe_modelparameters.mat")
    photographs = root / "data" / "Set5" / "HR"
    photographs.mkdir(parents=True)
    for number, name in enumerate(("baby", "bird", "butterfly", "head", "woman")):
        write_png(photographs / f"{name}.png", skimage.data.chelsea()[40:148, 20 + 60 * number :][:, :108])
    asked = ("run", "--plugin", "pcarn", "--table", "5", "--rows", "PCARN-M", "--datasets", "Set5")
    asked = (*asked, "--metrics", "ma,niqe,pi", "--json")

    def cells(out):
        done = srbench(*asked, "--out", root / out, data=root)
        return {cell["metric"]: cell for cell in done.json}

    without = cells("without")
    assert without["ma"]["measured"] is without["pi"]["measured"] is None
    assert "nrqm-model" in without["ma"]["note"]
    forests = np.empty((3, 1), dtype=object)
    leaf = dict.fromkeys(FIELDS, np.zeros((1, 1)))
    forests[:, 0] = [{**leaf, "avnode": np.full((1, 1), 2.0)}] * 3
    model = {"linear": np.array([[1.0], [0.5], [0.5], [0.5]]), "rf": forests}
    savemat(root / "weights" / "NRQM_model.mat", {"model": model})
    found = cells("out")
    assert found["ma"]["measured"] == pytest.approx(4)
    assert found["pi"]["published"] == 3.547
    assert found["pi"]["n_images"] == found["ma"]["n_images"] == 5
    assert found["pi"]["measured"] == pytest.approx(((10 - 4) + found["niqe"]["measured"]) / 2)
