"""An audit of one subject's checks alone, for ``spf`` and ``dkim``."""

from __future__ import annotations

from .options import Dns, Out


def judge_subject(
    prefix: str, domains: list[str], selectors: tuple[str, ...], fail_on: str, dns: Dns, out: Out
) -> int:
    """Audits with only the checks whose id starts with ``prefix``, and the root causes."""
    from mailsetup.run.batch import Batch, BatchOptions

    from .audit import FORMS, pieces
    from .output import form_of, progress, tell, write

    form = form_of(out, FORMS)
    options = BatchOptions(
        typed=tuple(domains),
        selectors=selectors,
        fail_on=fail_on,
        subject=prefix,
        encoded=form == "jsonl",
        record=dns.record,
        concurrency=dns.concurrency,
        workers=dns.workers,
        force=out.force,
    )
    with Batch(dns.settings(out), options) as batch:
        for sentence in batch.remarks:
            tell(sentence)
        write(out, pieces(batch, form, out, progress(batch.total, out)))
        for sentence in batch.closing_remarks(offline=form != "terminal" or out.quiet):
            tell(sentence)
        for sentence in batch.speed_remark():
            tell(sentence, out)
        return batch.exit_code
