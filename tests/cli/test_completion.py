"""The shell completes values of options, and imports nothing heavy for it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from srbench.cli import cli
from srbench.cli.process.completion import VARIABLE, EscapedBash


def completed(line):
    *words, incomplete = line.split(" ")
    found = ShellComplete(cli, {}, "srbench", VARIABLE).get_completions(words, incomplete)
    return [item.value for item in found]


@pytest.mark.parametrize(
    ("line", "wanted", "not_wanted"),
    [
        ("ru", "run", "list"),
        ("run --plugin pca", "pcarn", "classics"),
        ("run --plugin pcarn --table ", "4", "11"),
        ("run --plugin pcarn --table 4 --rows PCARN-", "PCARN-M", "Bicubic"),
        ("run --plugin pcarn --table 4 --rows Bicubic,pcarn-", "Bicubic,PCARN-M", "Bicubic,Bicubic"),
        ("run --datasets Set5,Se", "Set5,Set14", "Set5,Set5"),
        ("eval --metrics ps", "psnr", "ssim"),
        ("eval --method imd", "imdn", "pcarn"),
        ("eval --protocol m", "matlab", "pcarn"),
        ("train --recipe pcarn-", "pcarn-m", "imdn"),
        ("show pcarn --table ", "4", "x"),
        ("show pca", "pcarn", "classics"),
        ("check pca", "pcarn", "classics"),
        ("check pcarn --check rows,model-t", "rows,model-tiles", "rows,rows"),
        ("eval --datasets ./", "./", "Set5"),
    ],
)
def test_values(line, wanted, not_wanted):
    found = completed(line)
    assert wanted in found
    assert not_wanted not in found


def test_bash_gets_names_with_spaces_in_one_piece():
    from click.shell_completion import CompletionItem

    bash = EscapedBash(cli, {}, "srbench", VARIABLE)
    assert bash.format_completion(CompletionItem("A+ (x2), B")) == r"plain,A+\ \(x2\),\ B"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(shell, srbench):
    done = srbench("completion", shell)
    assert done.code == 0
    assert f"{VARIABLE}={shell}_complete" in done.out


def test_nothing_heavy_is_imported(environment):
    code = (
        "import sys\nfrom srbench.cli import main\ntry:\n    main()\nfinally:\n"
        "    print(sorted({'torch', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    asked = {VARIABLE: "bash_complete", "COMP_WORDS": "srbench run --plugin pcarn --rows PCARN-", "COMP_CWORD": "5"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment() | asked, capture_output=True, text=True, check=True
    )
    assert "plain,PCARN-M" in done.stdout.splitlines(), done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_a_real_bash_completes(environment, tmp_path, srbench):
    program = tmp_path / "srbench"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m srbench "$@"\n')
    program.chmod(0o755)
    script = srbench("completion", "bash").out
    code = f"""{script}
PATH={tmp_path}:$PATH
COMP_WORDS=(srbench run --plugin pcarn --table 4 --rows PCARN-); COMP_CWORD=7
_srbench_completion srbench
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        [shutil.which("bash"), "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert "PCARN-M" in done.stdout.split(), done.stderr
