"""Eight processes that write records to one folder at once, while another opens it again and again.

    OMP_NUM_THREADS=1 python benchmarks/fleet/writers.py [--writers 8] [--records 2000] [--folder FOLDER]

Half of the records are of cells that all writers measure, of which one finishes each and the others fail. Every record
must be there at the end, finished, and no reader may find a damaged one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.records.store import Store
from srbench.storage.canonical_hash import canonical_hash


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--writers", type=int, default=8)
    arguments.add_argument("--records", type=int, default=2000, help="number of records that each writer writes")
    arguments.add_argument("--folder", type=Path, help="parent of the folder that they are written to")
    arguments.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.writer is not None:
        write(given.folder, given.writer, given.writers, given.records)
        return
    warnings.simplefilter("error")  # a damaged record is a warning
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        folder = Path(temporary)
        command = [sys.executable, __file__, "--folder", folder, "--writers", str(given.writers)]
        command += ["--records", str(given.records)]
        start = time.perf_counter()
        writers = [subprocess.Popen([*command, "--writer", str(number)]) for number in range(given.writers)]
        opened = 0
        while any(writer.poll() is None for writer in writers):
            found = len(Store(folder).summaries)
            opened += 1
        seconds = time.perf_counter() - start
        if any(writer.returncode for writer in writers):
            raise SystemExit("a writer failed")
        keys = [identity(number, writer) for number in range(given.records // 2) for writer in range(given.writers)]
        keys += [identity(number, None) for number in range(given.records // 2)]
        found = {each.cell.key: each.status for each in Store(folder)}
        lost = [key for key in map(canonical_hash, keys) if found.get(key) != "ok"]
        if lost or len(found) != len(keys):
            raise SystemExit(f"{len(lost)} of {len(keys)} records are lost")
        puts = given.writers * given.records
        print(f"{given.writers} writers, {puts:,} records written in {seconds:.0f} s ({puts / seconds:.0f} a second)")
        print(f"{len(keys):,} cells finished, none lost; opened {opened} times meanwhile, no damaged record seen")


def identity(number: int, writer: int | None) -> dict[str, int]:
    """Return the identity of a cell of one writer; None: of all of them."""
    return {"number": number} if writer is None else {"number": number, "writer": writer}


def write(folder: Path, writer: int, writers: int, count: int) -> None:
    """Write the records of one writer."""
    store = Store(folder)
    store.prepare()
    for number in range(count // 2):
        for of in (None, writer):
            known = identity(number, of)
            cell = Cell("net", "Set5", 4.0, "standard", "psnr", "paper", 0, canonical_hash(known))
            status = "failed" if of is None and (number + writer) % writers else "ok"
            store.put(Record(cell, status, {str(image): 30.0 for image in range(100)}, 30.0, identity=known))


if __name__ == "__main__":
    main()
