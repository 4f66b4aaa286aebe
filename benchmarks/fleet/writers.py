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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--records", type=int, default=2000, help="number of records that each writer writes")
    parser.add_argument("--folder", type=Path, help="parent of the folder that they are written to")
    parser.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.writer is not None:
        write(options.folder, options.writer, options.writers, options.records)
        return
    warnings.simplefilter("error")  # a damaged record is a warning
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = Path(temporary)
        command = [sys.executable, __file__, "--folder", folder, "--writers", str(options.writers)]
        command += ["--records", str(options.records)]
        start = time.perf_counter()
        writers = [subprocess.Popen([*command, "--writer", str(number)]) for number in range(options.writers)]
        opened = 0
        while any(writer.poll() is None for writer in writers):
            len(Store(folder).summaries)  # reads the folder, and warns of a damaged record
            opened += 1
        seconds = time.perf_counter() - start
        if any(writer.returncode for writer in writers):
            raise SystemExit("a writer failed")
        keys = [identity(number, writer) for number in range(options.records // 2) for writer in range(options.writers)]
        keys += [identity(number, None) for number in range(options.records // 2)]
        statuses = {record.cell.key: record.status for record in Store(folder)}
        lost = [key for key in map(canonical_hash, keys) if statuses.get(key) != "ok"]
        if lost or len(statuses) != len(keys):
            raise SystemExit(f"{len(lost)} of {len(keys)} records are lost")
        puts = options.writers * options.records
        print(f"{options.writers} writers, {puts:,} records written in {seconds:.0f} s ({puts / seconds:.0f} a second)")
        print(f"{len(keys):,} cells finished, none lost; opened {opened} times meanwhile, no damaged record seen")


def identity(number: int, writer: int | None) -> dict[str, int]:
    """Return the identity of a cell of one writer; None: of all of them."""
    return {"number": number} if writer is None else {"number": number, "writer": writer}


def write(folder: Path, writer: int, writers: int, count: int) -> None:
    """Write the records of one writer."""
    store = Store(folder)
    store.prepare()
    for number in range(count // 2):
        for owner in (None, writer):
            cell_identity = identity(number, owner)
            cell = Cell("net", "Set5", 4.0, "standard", "psnr", "paper", 0, canonical_hash(cell_identity))
            status = "failed" if owner is None and (number + writer) % writers else "ok"
            store.put(Record(cell, status, {str(image): 30.0 for image in range(100)}, 30.0, identity=cell_identity))


if __name__ == "__main__":
    main()
