"""
checkdmarc on a list of domains, through a name server at any port; prints how long it took.

    checkdmarc_driver.py IP PORT DOMAIN...

Only the checks are timed here, not the start of the process; the benchmark counts that too where all domains are given.
No TLS to mail servers (checkdmarc's default); no domain of the benchmark publishes MTA-STS or BIMI, so
nothing is fetched by HTTPS.
"""

from __future__ import annotations

import json
import sys
import time

import checkdmarc
from dns.nameserver import Do53Nameserver


def main(ip: str, port: str, *domains: str) -> None:
    server = Do53Nameserver(ip, int(port))
    began, cpu = time.perf_counter(), time.process_time()
    results = checkdmarc.check_domains(list(domains), nameservers=[server], timeout=5.0)
    text = checkdmarc.results_to_json(results)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    found = [results] if isinstance(results, dict) else results
    with_mx = sum(bool(r["mx"].get("hosts")) for r in found)
    print(
        json.dumps(
            {"seconds": took, "cpu": spent, "domains": len(found), "with_mx": with_mx, "octets": len(text)}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
