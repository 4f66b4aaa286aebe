"""A command that is refused leaves nothing behind: no output folder, no file."""

from __future__ import annotations

import pytest
import torch

WITHOUT_CUDA = pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is here, so --device cuda is no mistake")
RUN = "run --plugin pcarn --table 4 --profile demo --out new/out"
EVAL = "eval --model bicubic --datasets demo --scales 4 --save-images new/images --csv new/cells.csv"
TRAIN = "train --recipe pcarn-m --profile demo --out new/out"
SEARCH = "search --space drn --profile demo --budget 3 --out new/out"
EXPLAIN = "explain --plugin pcarn --table 4 --row PCARN-M"
BUNDLE = "bundle no/folder new/weights.safetensors --datasets demo --scale 4"

REFUSED = [
    f"{RUN} --rows PCARN-X",
    f"{RUN} --metrics pnsr",
    f"{RUN} --datasets Set55",
    f"{RUN} --protocol standart",
    f"{RUN} --scales 0.5",
    f"{RUN} --data no/such",
    f"{RUN} --figure 99",
    f"{RUN} --seeds 0",
    f"{RUN} --dry-run --executor no-such",
    f"{RUN} --dry-run --partition gpu",
    f"{RUN} --executor slurm --jobs 2",
    f"{RUN} --executor slurm --devices cuda:0",
    f"{RUN} --save-images new/images --rows PCARN-X",
    "run --plugin pcarn --table 4,44 --out new/out",
    "run --plugin pcarn --figure 99 --out new/out",
    f"{EVAL} --metrics pnsr",
    f"{EVAL} --protocol standart",
    EVAL.replace("demo", "Set55"),
    EVAL.replace("bicubic", "imdm"),
    f"{EVAL} --model-arg features=8 --model-arg features=16",
    EVAL.replace("bicubic", "imdn").replace("--scales 4", "--scales 5"),
    f"{TRAIN} --set gan.losses.vgg.wieght=1",
    f"{TRAIN} --phase l3",
    f"{TRAIN} --train-data Set55",
    f"{TRAIN} --start no/file.safetensors",
    f"{TRAIN} --resume --restart",
    f"{TRAIN} --scale 7",
    TRAIN.replace("pcarn-m", "pcarn-n"),
    SEARCH.replace("drn", "drm"),
    f"{SEARCH} --strategy gq",
    f"{SEARCH} --max-params 1",
    BUNDLE,
    BUNDLE.replace("demo", "Set55"),
    "bundle no/folder new/weights.pth --datasets demo --scale 4",
    f"{EXPLAIN} --dataset Set55",
    f"{EXPLAIN} --dataset Set5 --metric pnsr",
    "explain new/record.json",
    "compare imdn imdm --datasets demo --scales 4",
    "compare bicubic nearest --datasets Set55 --scales 4",
    "compare new/a.json new/b.json",
    "upscale no.png --method bicubic --scale 2 --out new/out",
]
NO_GPU = [
    f"{RUN} --device cuda",
    f"{RUN} --device cuda:9",
    "run --plugin pcarn --figure 8 --profile demo --device cuda --out new/out",
    f"{EVAL} --device cuda",
    f"{TRAIN} --device cuda",
    f"{SEARCH} --device cuda",
    "compare bicubic nearest --datasets demo --scales 4 --device cuda",
]


def left_by(srbench, folder, command):
    outcome = srbench(*command.split(), cwd=folder)
    assert outcome.code == 2, (outcome.out, outcome.err)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("command", REFUSED)
def test_a_refused_command_leaves_nothing_behind(srbench, tmp_path, command):
    assert left_by(srbench, tmp_path, command) == []


@WITHOUT_CUDA
@pytest.mark.parametrize("command", NO_GPU)
def test_a_missing_device_leaves_nothing_behind(srbench, tmp_path, command):
    assert left_by(srbench, tmp_path, command) == []


@WITHOUT_CUDA
def test_a_device_of_a_cluster_need_not_be_here(srbench, tmp_path):
    """Whether its machines have it, the tasks find out; what is no device at all is refused here."""
    pytest.importorskip("srbench_slurm", reason="srbench-slurm is not installed")
    command = f"{RUN} --metrics psnr --dry-run --executor slurm --device"
    assert srbench(*command.split(), "cuda:7", cwd=tmp_path).code == 0
    refused = srbench(*command.split(), "cudda", cwd=tmp_path)
    assert (refused.code, refused.err) == (2, "error: --device cudda: unknown device; use auto, cpu, cuda or cuda:N\n")
