"""Writes the lock files beside this script: python3.11 lock.py

Each NAME.in says what is wanted; NAME.txt gets the exact version of that and of all it pulls in, less what the
files before it already hold. Resolved with the oldest Python that we support, since its newest wheels run on later ones.
pytme.txt also holds what compiles pytme, because it is installed without build isolation.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def resolve(wanted):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
        subprocess.run([*pip, "--report", report.name, *wanted], check=True)
        installs = json.loads(Path(report.name).read_text())["install"]
    return {canonical(i["metadata"]["name"]): i["metadata"]["version"] for i in installs}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


if sys.version_info[:2] != (3, 11):
    sys.exit("lock.py needs Python 3.11, the oldest that rotoscope supports.")

locked = {}
for name in ("lab", "test", "pytme"):
    wanted = (HERE / f"{name}.in").read_text().split()
    pins = resolve([*wanted, *(f"{package}=={version}" for package, version in locked.items())])
    added = {package: version for package, version in sorted(pins.items()) if package not in locked}
    (HERE / f"{name}.txt").write_text("".join(f"{package}=={version}\n" for package, version in added.items()))
    locked |= added
