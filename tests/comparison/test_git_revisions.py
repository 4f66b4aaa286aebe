"""Results at git revisions: the same as in a working tree, and clear words where there are none."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from srbench.comparison.sides import open_sides
from srbench.errors import SrbenchError

ROOT = Path(__file__).parents[2]
GIT = shutil.which("git") or ""
pytestmark = pytest.mark.skipif(not GIT, reason="git is not installed")


def git(where, *arguments):
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run((GIT, *settings, *arguments), cwd=where, capture_output=True, check=True)
    return os.fsdecode(done.stdout)


@pytest.fixture
def repository(tmp_path, line, write_table, write_record, monkeypatch):
    """A repository with three revisions: no results, 29.378, and 29.3 in the folder `sub/results`."""
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "readme").write_text("x")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "0")
    git(root, "tag", "none")
    for tag, value in (("v1", 29.378), ("v2", 29.3)):
        results = root / "sub" / "results"
        write_table(results, [line(measured=value)])
        write_record(results, value, identity={"of": tag}, device=tag)
        (results / "figure-1.png").write_bytes(b"\x89PNG")
        git(root, "add", "-A")
        git(root, "commit", "-qm", tag)
        git(root, "tag", tag)
    monkeypatch.chdir(root)
    return root


def measured(side):
    (path,) = side.folder.glob("*/table-4.cells.csv")
    (line,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return float(line["measured"])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("v1", "sub/results"),
        ("HEAD~1", "sub/results/"),
        ("v1:sub/results", "v2:sub/results/"),
        ("v1:./sub/results", "HEAD:sub/results"),
        ("main~1:sub/results", "sub/results"),
    ],
)
def test_revisions_and_folders(repository, a, b):
    with open_sides(a, b) as (one, other):
        assert (one.name, other.name) == (a, b)
        assert (measured(one), measured(other)) == (29.378, 29.3)
        assert len(list(one.folder.glob("records/??/*.json"))) == 1
    assert (other.folder.exists(), one.folder.exists()) == ((repository / b).exists(), False)


def test_two_revisions_of_the_default_folder(repository, monkeypatch):
    """Also where the folder is gone."""
    shutil.rmtree(repository / "sub" / "results")
    monkeypatch.chdir(repository / "sub")
    with open_sides("v1", "v2") as (one, other):
        assert (measured(one), measured(other)) == (29.378, 29.3)


def test_only_tables_and_records_are_written(repository):
    with open_sides("v2", "sub/results") as (one, other):
        here = {path.relative_to(one.folder) for path in one.folder.rglob("*") if path.is_file()}
        there = {path.relative_to(other.folder) for path in other.folder.rglob("*") if path.is_file()}
    assert there - here == {Path("figure-1.png")}
    assert here < there


def test_the_working_tree_stays_as_it_is(repository):
    (repository / "sub" / "results" / "mine").write_text("not committed")
    before = git(repository, "status", "--porcelain")
    with open_sides("v1", "sub/results"):
        pass
    assert git(repository, "status", "--porcelain") == before != ""


def test_links_are_left_out(repository, tmp_path):
    (tmp_path / "secret").write_text("x")
    (repository / "sub" / "results" / "paper" / "table-9.cells.csv").symlink_to(tmp_path / "secret")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "link")
    with open_sides("HEAD", "sub/results") as (one, _):
        assert [path.name for path in one.folder.glob("*/table-*")] == ["table-4.cells.csv"]


def test_names_that_are_not_utf8(repository):
    strange = os.fsdecode(b"r\xe9sultats")
    (repository / "sub" / "results").rename(repository / "sub" / strange)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "renamed")
    with open_sides(f"HEAD:sub/{strange}", f"sub/{strange}") as (one, other):
        assert measured(one) == measured(other)
    with open_sides("HEAD", f"sub/{strange}") as (one, _):
        assert measured(one) == 29.3


def test_a_hooks_variables_do_not_lead_astray(repository, monkeypatch):
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    with open_sides("v1", "sub/results") as (one, _):
        assert measured(one) == 29.378


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nowhere", "nowhere: neither a folder nor a git revision of"),
        ("v9:sub/results", "v9:sub/results: neither a folder nor a git revision of"),
        ("none", "none: sub/results does not exist at that revision"),
        ("v1:results", "v1: results does not exist at that revision"),
        ("v1:readme", "v1: readme is not a folder at that revision"),
        ("readme", "readme: not a folder"),
        (":sub/results", "neither a folder nor a git revision"),
        ("-v1", "neither a folder nor a git revision"),
        ("v1..v2", "neither a folder nor a git revision"),
        ("--output=x", "neither a folder nor a git revision"),
        ("a\0b", "neither a folder nor a git revision"),
        ("x" * 5000, "neither a folder nor a git revision"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_texts_that_name_no_folder_or_revision_are_refused(repository, text, message, first):
    pair = (text, "sub/results") if first else ("sub/results", text)
    with pytest.raises(SrbenchError) as raised, open_sides(*pair):
        pass
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (repository / "x").exists()


def test_no_git(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SrbenchError, match=r"v1: no such folder, and git is not installed"), open_sides("v1", "sub"):
        pass
    with open_sides("sub/results", "sub/results") as (one, other):
        assert one.folder == other.folder


def test_no_repository(results, line, tmp_path, monkeypatch):
    a = results("a", line())
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SrbenchError, match="is in no git repository"), open_sides("HEAD~1", str(a)):
        pass


def test_a_shallow_clone_says_so(repository, tmp_path):
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    with (
        pytest.raises(SrbenchError, match="this clone is shallow: git fetch --unshallow"),
        open_sides("HEAD~1", str(tmp_path / "shallow" / "sub" / "results")),
    ):
        pass


def test_a_damaged_repository(repository):
    blob = git(repository, "rev-parse", "v1:sub/results/paper/table-4.cells.csv").strip()
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with (
        pytest.raises(SrbenchError, match=r"git (lacks the content of paper/table-4|can't read)"),
        open_sides("v1", "sub/results"),
    ):
        pass


@pytest.mark.slow
def test_the_committed_history(srbench):
    """Against the same two files compared here; the revision is the last but one that changed the table."""
    table = "results/pcarn/table-4.cells.csv"
    revisions = subprocess.run(
        (GIT, "log", "--format=%H", "--", table), cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if len(revisions) < 3:
        pytest.skip("this checkout has no history of results/")
    lines = {}
    for revision in (revisions[2], revisions[0]):
        text = subprocess.run(
            (GIT, "show", f"{revision}:{table}"), cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        lines[revision] = {
            (line["row"], line["dataset"], line["scale"], line["metric"]): (
                line["measured"], line["verdict"], line["published"],
            )
            for line in csv.DictReader(io.StringIO(text))
        }  # fmt: skip
    before, after = lines.values()
    outcome = srbench(
        "diff", f"{revisions[2]}:results", f"{revisions[0]}:results", "--plugin", "pcarn", "--table", "4", "--json",
        cwd=ROOT,
    )  # fmt: skip
    both = before.keys() & after.keys()
    assert outcome.json["changed"] == sum(before[place] != after[place] for place in both) > 0
    assert outcome.json["same"] == sum(before[place] == after[place] for place in both) > 0
    assert outcome.json["gone"] == sum(bool(before[place][0]) for place in before.keys() - after.keys())
