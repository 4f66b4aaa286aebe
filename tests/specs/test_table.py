import pytest

from srbench import Column, Row, columns, with_reduced

FIRST, SECOND = Row("Ours", method="ours"), Row("Baseline", method="base", group="others")


def test_a_reduced_row_is_marked():
    row = Row.as_reduced("Ours", "small")
    assert row == Row("Ours, reduced", method="small", group="Reduced", reduced="Ours")
    assert Row.as_reduced("Ours", "small", ending=", less").label == "Ours, less"


def test_reduced_rows_follow_the_papers():
    assert with_reduced((FIRST, SECOND)) == (
        FIRST,
        SECOND,
        Row.as_reduced("Ours", "ours-reduced"),
        Row.as_reduced("Baseline", "base-reduced"),
    )


def test_the_methods_of_reduced_rows_can_be_named():
    rows = iter((FIRST, SECOND))
    assert [row.method for row in with_reduced(rows, ["a", "b"])] == ["ours", "base", "a", "b"]
    with pytest.raises(ValueError, match="shorter"):
        with_reduced((FIRST, SECOND), ["a"])


def test_columns_are_ordered_by_dataset_scale_and_metric():
    assert columns(("psnr", "ssim"), ("Set5", "B100"), (2.0, 3.0)) == (
        Column("psnr", "Set5", 2.0),
        Column("ssim", "Set5", 2.0),
        Column("psnr", "Set5", 3.0),
        Column("ssim", "Set5", 3.0),
        Column("psnr", "B100", 2.0),
        Column("ssim", "B100", 2.0),
        Column("psnr", "B100", 3.0),
        Column("ssim", "B100", 3.0),
    )


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("scale", "dataset", "metric"), [("psnr", "a", 2), ("psnr", "b", 2), ("psnr", "a", 3), ("psnr", "b", 3)]),
        (("metric", "dataset", "scale"), [("psnr", "a", 2), ("psnr", "a", 3), ("psnr", "b", 2), ("psnr", "b", 3)]),
    ],
)
def test_another_order(order, expected):
    assert columns(("psnr",), ("a", "b"), (2, 3), order=order) == tuple(Column(*place) for place in expected)


def test_single_values_stand_for_themselves():
    assert columns("psnr", "Set5", 4.0) == (Column("psnr", "Set5", 4.0),)
    assert columns("params") == (Column("params"),)
    assert columns(("params", "macs"), scales=None) == (Column("params"), Column("macs"))
