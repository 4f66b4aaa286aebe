"""Tables 1 to 5: 39 printed values, reduced rows, the report's protocol, and the networks that GANs start from."""

from __future__ import annotations

import csv
from importlib.resources import files

import cv2
import numpy as np
import pytest
import srbench_classics
import srbench_esrgan_gan as plugin
import torch
from srbench_classics.interpolation import Interpolation
from srbench_esrgan_gan import shipped
from srbench_esrgan_gan.protocol import ESRGAN_GAN
from srbench_esrgan_gan.tables import AT_HAND, DECIDING, TABLES, TEST

from srbench.bench.explain.protocol_variants import describe, variants
from srbench.published import published_table

PRINTED = {"1": 15, "2": 6, "3": 6, "4": 6, "5": 6}
METHODS = {spec.name: spec for module in (srbench_classics, plugin) for spec in module.srbench_methods()}
RECIPES = {recipe.name: recipe for recipe in plugin.srbench_recipes()}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: f"table {table.id}")


def papers_rows(table):
    return [row for row in table.rows if not row.reduced and not row.reference]


def test_five_tables():
    assert {table.id: len(published_table(table.published, table.id).values) for table in TABLES} == PRINTED
    assert sum(PRINTED.values()) == 39


@each_table
def test_every_printed_value_has_its_place(table):
    assert len(papers_rows(table)) * 3 == PRINTED[table.id], "every row in the first three columns"
    assert {column.dataset for column in table.columns[:3]} == {TEST}
    assert {column.dataset for column in table.columns[3:]} == set(AT_HAND)
    assert {column.scale for column in table.columns} == {4.0}


def test_39_values_as_the_company_has_them(shared):
    """But for the dataset: the company calls it DIV2K, of which it is 102 halved images."""
    own = list(csv.DictReader(files("srbench_esrgan_gan").joinpath("published.csv").read_text().splitlines()))
    with (shared / "published" / "published.csv").open(newline="", encoding="utf-8") as file:
        theirs = [row for row in csv.DictReader(file) if row.pop("plugin") == "esrgan-gan"]
    assert {row["dataset"] for row in theirs} == {"DIV2K"}
    assert own == [{**row, "dataset": TEST} for row in theirs]


@each_table
def test_every_row_is_measured_by_the_reports_protocol(table):
    assert table.protocol == ESRGAN_GAN.name
    assert all(row.method for row in table.rows)


@each_table
def test_reduced_rows_never_go_by_the_reports_names(table):
    whole = {row.label: row.method for row in table.rows if not row.reduced}
    trained = {row.label for row in table.rows if row.method in RECIPES and not row.reduced and row.label != "ESRGAN"}
    for row in table.rows:
        if row.reduced:
            assert row.label not in whole
            assert row.method == f"{whole[row.reduced]}-reduced"
    assert {row.reduced for row in table.rows if row.reduced} == trained


@each_table
def test_claims_can_be_answered_by_reduced_rows_too(table):
    for claim in table.claims:
        assert {claim.better, claim.worse} <= {row.reduced for row in table.rows}
    assert {claim.column.dataset for claim in table.claims} == set(DECIDING)


def test_reduced_methods_of_table_2_are_trained_once_for_table_1_too():
    assert RECIPES["esrgan-cnn-2-100-reduced"].at("quick").phases == RECIPES["esrgan-cnn-2-reduced"].at("quick").phases


def test_the_protocol_is_a_librarys_and_explain_shows_the_others():
    assert describe(ESRGAN_GAN) == "LR by matlab-uint8, SR rounded, RGB, no border, mean over images"
    others = {variant.label for variant in variants(ESRGAN_GAN, pooled=True, pairs=False)}
    assert {"border = scale", "Y not rounded", "LR by matlab-double", "SR truncated", "pooled MSE"} <= others


@pytest.mark.parametrize(
    ("kernel", "flag", "levels"), [("nearest", cv2.INTER_NEAREST, 0), ("bilinear", cv2.INTER_LINEAR, 1)]
)
def test_baselines_are_opencvs(kernel, flag, levels):
    """The report's were OpenCV's own functions (Sec. 4.1); bilinear differs by how uint8 is rounded."""
    lr = np.random.default_rng(0).integers(0, 256, (17, 23, 3), dtype=np.uint8)
    wanted = cv2.resize(lr, None, fx=4, fy=4, interpolation=flag)
    tensor = torch.from_numpy(lr).permute(2, 0, 1)[None] / 255
    found = Interpolation(kernel)(tensor, 4)[0].permute(1, 2, 0).mul(255).round().numpy()
    difference = np.abs(found - wanted.astype(np.float32))
    assert difference.max() == levels


def test_a_gan_is_blended_with_the_network_that_it_started_from():
    partners = {spec.name: spec.blend_with for spec in plugin.srbench_methods() if spec.blend_with}
    assert {name for name in partners if "@" not in name} == {
        "esrgan",
        *(name for name in RECIPES if name.startswith("esrgan-gan")),
        shipped.GAN,
    }
    assert partners.pop(shipped.GAN) == shipped.L1
    for name, partner in partners.items():
        own, other = METHODS[name], METHODS[partner]
        assert own.model == other.model
        if name != "esrgan":
            start = RECIPES[own.recipe].up_to("l1")
            assert start.phases == RECIPES[other.recipe].phases
