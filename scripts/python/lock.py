"""Writes the lock files beside this script: python3.11 lock.py

Each NAME.in says what is wanted; NAME.txt gets the exact version of that and of all it pulls in, less what the
files before it already hold. Resolved with Debian 12's Python 3.11.2, the oldest that we support: what it can install,
later ones can. lab.txt also holds what builds our wheel, and pytme.txt what compiles pytme, because both are built
without build isolation.
"""

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent


def resolve(pip, wanted):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [pip, "install", "--dry-run", "--ignore-installed", "--quiet", "--report", report.name]
        subprocess.run([*command, *wanted], check=True)
        installs = json.loads(Path(report.name).read_text())["install"]
    return {canonical(i["metadata"]["name"]): i["metadata"]["version"] for i in installs}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


if sys.version_info > (3, 11, 3):
    sys.exit("lock.py needs Python 3.11.2, the oldest that rotoscope supports.")

with tempfile.TemporaryDirectory() as folder:
    venv.create(folder, with_pip=True)
    locked = {}
    for name in ("lab", "test", "pytme"):
        wanted = (HERE / f"{name}.in").read_text().split()
        pins = resolve(f"{folder}/bin/pip", [*wanted, *(f"{package}=={version}" for package, version in locked.items())])
        added = {package: version for package, version in sorted(pins.items()) if package not in locked}
        (HERE / f"{name}.txt").write_text("".join(f"{package}=={version}\n" for package, version in added.items()))
        locked |= added
