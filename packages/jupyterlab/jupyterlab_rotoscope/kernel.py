"""Starts the kernel that npm installed: python -m jupyterlab_rotoscope.kernel CONNECTION_FILE

Looked for, in this order: the node_modules of the notebook's folder and of the folders above it; a kernelspec of
`rotoscope kernel install`, which this one would hide; `rotoscope` on the PATH; npm's global packages.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from jupyter_core.paths import jupyter_path

from jupyterlab_rotoscope import __version__

NO_NODE = "rotoscope's kernel needs Node.js 20.19 or newer: install it from https://nodejs.org, then restart the kernel."
NO_KERNEL = (
    "rotoscope's kernel isn't installed: run `npm install rotoscope` in the notebook's folder "
    "(or `npm install --global rotoscope`), then restart the kernel."
)


def main(connection_file):
    command = find_command()
    if isinstance(command, str):
        print(command, file=sys.stderr, flush=True)
        run_substitute(command, connection_file)
        sys.exit(1)
    command = [*command, connection_file]
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))


def find_command():
    """The program that runs the kernel and its arguments, or a sentence that says how to get it."""
    node = shutil.which("node")
    local = installed_under(Path.cwd())
    if node and local:
        return [node, str(local)]
    other = other_kernelspec()
    if other:
        return other
    if not node:
        return NO_NODE
    program = on_path() or in_global_packages()
    return [node, str(program)] if program else NO_KERNEL


def installed_under(folder):
    """The kernel's program as Node would find it from `folder`, on its own or beside the package `rotoscope`."""
    for parent in (folder, *folder.parents):
        modules = parent / "node_modules"
        program = modules / "@rotoscope/kernel/bin/rotoscope-kernel.js"
        if program.is_file():
            return program
        package = modules / "rotoscope"
        if package.is_symlink():
            # pnpm links a package to a folder that has its dependencies beside it.
            return installed_under(package.resolve())
        if package.is_dir():
            nested = package / "node_modules/@rotoscope/kernel/bin/rotoscope-kernel.js"
            if nested.is_file():
                return nested
    return None


def other_kernelspec():
    """The command of a kernelspec `rotoscope` that isn't this one, without its last argument, the connection file."""
    for folder in jupyter_path("kernels"):
        try:
            argv = json.loads((Path(folder) / "rotoscope/kernel.json").read_text())["argv"]
        except (OSError, ValueError, KeyError):
            continue
        if "jupyterlab_rotoscope.kernel" not in argv and all(Path(part).exists() for part in argv[:-1]):
            return argv[:-1]
    return None


def on_path():
    command = shutil.which("rotoscope")
    return installed_under(Path(command).resolve()) if command else None


def in_global_packages():
    npm = shutil.which("npm")
    if not npm:
        return None
    root = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return installed_under(Path(root.stdout.strip()).parent) if root.returncode == 0 else None


def run_substitute(advice, connection_file):
    """A kernel that answers each cell with the advice, so that it is read in the notebook and not only in a log."""
    try:
        from ipykernel.kernelapp import IPKernelApp
        from ipykernel.kernelbase import Kernel
    except ImportError:
        return

    class Substitute(Kernel):
        implementation = "rotoscope"
        implementation_version = __version__
        banner = advice
        language_info = {"name": "typescript", "mimetype": "text/x-typescript", "file_extension": ".ts"}

        async def do_execute(self, code, silent, *args, **kwargs):
            error = {"ename": "KernelNotFound", "evalue": advice, "traceback": [advice]}
            if not silent:
                self.send_response(self.iopub_socket, "error", error)
            return {"status": "error", "execution_count": self.execution_count, **error}

    IPKernelApp.launch_instance(argv=["-f", connection_file], kernel_class=Substitute)


if __name__ == "__main__":
    main(sys.argv[1])
