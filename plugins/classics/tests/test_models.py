import pytest
import torch
from srbench_classics.enet import Bicubic
from srbench_classics.luma import luma
from srbench_classics.models import MODELS

from srbench import UsageError

NETWORKS = [spec for spec in MODELS if not spec.resize_aware]
LUMA = ("srcnn", "vdsr", "vdsr-y", "lapsrn", "mslapsrn", "idn", "drcn", "drrn", "drrn-bn")
SHALLOW = {name: {"groups": 2, "blocks": 2} for name in ("rcan", "han", "san")}
"""Of hundreds of blocks, all alike, two by two suffice."""


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.mark.parametrize("name", LUMA)
def test_luma_networks_keep_grey_grey(name, build):
    lr = torch.rand(1, 1, 6, 8).expand(-1, 3, -1, -1)
    with torch.inference_mode():
        sr = build(name, 2)(lr, 2)
    torch.testing.assert_close(sr, sr[:, :1].expand_as(sr), atol=1e-5, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "spec",
    [spec for spec in NETWORKS if not spec.joint or (spec.scales is not None and 8 not in spec.scales)],
    ids=lambda spec: spec.name,
)
def test_another_scale_than_built_for_is_refused(spec, outline):
    with pytest.raises(UsageError, match="built for x"):
        outline(spec.name, 4, **SHALLOW.get(spec.name, {}))(torch.rand(1, 3, 4, 4, device="meta"), 8)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["edsr-baseline", "lapsrn", "enet", "srresnet", "imdn", "idn", "san", "nlsa", "d-dbpn", "srfbn"]
)
def test_scales_that_do_not_exist_are_refused(name, build):
    with pytest.raises(UsageError, match=r"x2\.5"):
        build(name, 2.5)


def test_untrained_lapsrn_image_branch_is_bilinear(build):
    """A transposed convolution with the bilinear filter is what torch calls bilinear, away from the border."""
    lr = torch.rand(1, 1, 6, 7)
    with torch.inference_mode():
        doubled = build("lapsrn", 2).levels[0].image(lr)
    expected = torch.nn.functional.interpolate(lr, scale_factor=2, mode="bilinear")
    torch.testing.assert_close(doubled[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])


@pytest.mark.parametrize("name", ["lapsrn", "mslapsrn"])
def test_untrained_lapsrn_begins_with_the_weights_of_its_authors_code(name, build):
    """init_LapSRN_model.m: 0.001 for the first convolution, sqrt(2 / (f f n)) for those that enlarge the features."""
    model = build(name, 4)
    first = model.head[0] if name == "lapsrn" else model.head
    enlarge = model.levels[1].features[-2] if name == "lapsrn" else model.features
    side = enlarge.kernel_size[0]
    assert float(first.weight.detach().std()) == pytest.approx(1e-3, rel=0.15)
    assert float(enlarge.weight.detach().std()) == pytest.approx((2 / (side * side * 64)) ** 0.5, rel=0.03)
    assert abs(float(enlarge.weight.detach().mean())) < 1e-3


def test_enets_bicubic_is_torchs_with_corners_aligned():
    """Both have a = -0.75 and clamp at the border; so placed, torch's pixels lie where TensorFlow 1 has them."""
    x = torch.rand(2, 3, 6, 7)
    theirs = torch.nn.functional.interpolate(x, size=(21, 25), mode="bicubic", align_corners=True)
    torch.testing.assert_close(Bicubic(4)(x)[..., :21, :25], theirs)


def test_authors_vdsr_clips_the_bicubic_luma(build):
    lr = (torch.arange(12) // 4 % 2).float().expand(1, 3, 12, 12)  # stripes, at which the bicubic overshoots
    y = {}
    for name in ("vdsr-y", "vdsr"):
        model = build(name, 2)
        torch.nn.init.zeros_(model.refine[-1].weight)
        with torch.inference_mode():
            y[name] = luma(model(lr, 2))
    assert y["vdsr"].min() < 0.99 * 16 / 255
    assert y["vdsr"].max() > 1.01 * 235 / 255
    torch.testing.assert_close(y["vdsr-y"], y["vdsr"].clamp(16 / 255, 235 / 255))


def test_mslapsrn_applies_the_same_weights_at_every_level(build):
    model, lr = build("mslapsrn", 4), torch.rand(1, 3, 6, 5)
    with torch.inference_mode():
        first, second = model.states(lr, 4)
        assert torch.equal(first, model(lr, 2))
        assert torch.equal(second, model(lr, 4))
