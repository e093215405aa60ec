"""
Installs the real servers the tests talk to, from the one list ``tests/debian.txt``.

Needs root or sudo without a password; elsewhere it names what is missing and how to get it,
and the tests that need it skip (with CI=true they fail).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

LIST = Path(__file__).with_name("debian.txt")


def wanted() -> list[str]:
    lines = (line.partition("#")[0].strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def missing(packages: list[str]) -> list[str]:
    def installed(package: str) -> bool:
        command = ["dpkg-query", "-W", "-f", "${Status}", package]
        return (
            "install ok installed"
            in subprocess.run(command, capture_output=True, text=True, check=False).stdout
        )

    return [p for p in packages if not installed(p)]


def main() -> None:
    if shutil.which("apt-get") is None:
        print(f"not Debian: tests that need {', '.join(wanted())} will be skipped")
        return
    absent = missing(wanted())
    if not absent:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and subprocess.run([*root, "true"], capture_output=True, check=False).returncode:
        print(f"missing: {' '.join(absent)}; get them with: sudo apt-get install {' '.join(absent)}")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    policy = Path("/usr/sbin/policy-rc.d")
    guard = not policy.exists() and not root
    if guard:  # the packages' own services are not wanted, only their programs
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        policy.chmod(0o755)
    try:
        subprocess.run([*root, "apt-get", "update", "-qq"], env=environment, check=False)
        command = [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *absent]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:])
            print(f"could not install {' '.join(absent)}")
    finally:
        if guard:
            policy.unlink()


if __name__ == "__main__":
    main()
