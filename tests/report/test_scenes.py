"""The images of a page: each row's own network, and those that were saved."""

from __future__ import annotations

import numpy as np

from srbench.bench.measuring.run_job import samples, upscaler_of
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import open_folder
from srbench.report.images.scenes import SceneGroup, ShownMethod, make_scenes
from srbench.specs.protocol import STANDARD


def group_of(save, photograph):
    """Two methods under one label, as two plugins may have them, on a folder of one image."""
    dataset = open_folder(save("photos/a.png", photograph[:48, :60]).parent)
    resolver = Resolver(load_catalog(), [])
    shown = tuple(ShownMethod("SRCNN", resolver.method(name, 2), STANDARD, 0.1) for name in ("bicubic", "nearest"))
    return SceneGroup(dataset, 2.0, dataset.images, shown)


def test_each_row_shows_its_own_network_whatever_its_label(save, photograph):
    group = group_of(save, photograph)
    (scene,) = make_scenes(group, [], 32, None, lambda _name: None)
    bicubic, nearest = scene.pictures
    assert (bicubic.method, nearest.method) == ("SRCNN (bicubic)", "SRCNN (nearest)")
    np.testing.assert_array_equal(nearest.image, scene.lr.repeat(2, axis=0).repeat(2, axis=1))
    assert (bicubic.image != nearest.image).any()


def test_saved_images_of_a_users_folder_are_found_again(save, photograph, tmp_path):
    group = group_of(save, photograph)
    saved = tmp_path / "saved"
    for shown in group.methods:
        job = Job(shown.method, 2.0, STANDARD, (), dataset=group.dataset, device="cpu", save_to=saved)
        assert list(samples(job, group.dataset, upscaler_of(job)))
    assert group.missing([tmp_path]) != []
    assert group.missing([saved]) == []
