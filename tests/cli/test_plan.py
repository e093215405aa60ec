"""``mailsetup plan`` and ``verify`` as promised: forms, exit codes, a saved plan and the way back."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest

from mailsetup.model.names import DomainName
from mailsetup.run.init import chosen
from tests.plan.planning import GOOGLE, KEY

from .command import GOOD_ZONE, mailsetup, refused, zone

MOVE = ("plan", "example.com", "--provider", "google-workspace")
FORMATS = (
    "table",
    "steps",
    "json",
    "bind",
    "octodns",
    "dnscontrol",
    "terraform",
    "route53",
    "cloudflare",
    "csv",
)


def test_a_plan_exits_with_zero_and_with_four_when_asked_in_detail(tmp_path: Path) -> None:
    """
    Whatever it changes; ``--detailed-exitcode`` tells changes from none.
    """
    world = ("--offline", "--zone", zone(tmp_path))

    assert 0 == mailsetup(*MOVE, *world).code
    assert 4 == mailsetup(*MOVE, *world, "--detailed-exitcode").code


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("table", "json")])
def test_nothing_is_rendered_of_a_phase_that_waits_for_another(form: str, tmp_path: Path) -> None:
    """
    Without the values the new exchange is not in it, and stderr says which phases are not and why. Steps are a
    page for people: there it stands in the page, and nowhere a second time.
    """
    result = mailsetup(*MOVE, "--offline", "--zone", zone(tmp_path), "--format", form)

    assert 0 == result.code, result.err
    assert "10 smtp.google.com" not in result.out.replace("\n", " ")
    told = result.out if form == "steps" else result.err
    assert "Not rendered: phases" in told
    assert "dkim_key" in told
    assert "at once" not in result.err
    assert form != "steps" or "Not rendered" not in result.err


@pytest.mark.parametrize("form", FORMATS)
def test_every_promised_format_is_there(form: str, tmp_path: Path) -> None:
    """
    Each is text with the new exchange in it, and holds no placeholder.
    """
    values = [f"--set={name}={value}" for name, value in GOOGLE.items()]
    result = mailsetup(*MOVE, *values, "--offline", "--zone", zone(tmp_path), "--format", form)

    assert 0 == result.code, result.err
    assert "smtp.google.com" in result.out
    assert "{dkim_key}" not in result.out


def test_a_saved_plan_keeps_its_schema_and_can_be_verified_and_undone(tmp_path: Path) -> None:
    """
    ``--output plan.json`` is what verify and undo read.
    """
    world, place = ("--offline", "--zone", zone(tmp_path)), tmp_path / "plan.json"
    assert 0 == mailsetup(*MOVE, *world, "--output", place).code
    document = json.loads(place.read_text(encoding="utf-8"))

    jsonschema.validate(document, json.loads(mailsetup("schema", "plan").out))
    actions = {c["action"] for c in document["changes"]}
    assert actions <= {"create", "update", "delete", "keep", "waiting"}
    assert {"schema", "domain", "changes", "spf_proof", "phases", "predicted", "notes"} <= set(document)

    verified = mailsetup("verify", "--plan", place, "--phase", "all", *world, "--format", "json")
    assert 1 == verified.code
    assert {"missing", "wrong", "waiting"} & {i["status"] for i in json.loads(verified.out)["items"]}

    back = mailsetup("plan", "--undo", place, *world, "--format", "json")
    assert 0 == back.code, back.err


def test_a_recorded_plan_replays(tmp_path: Path) -> None:
    """
    ``--record`` keeps the plan's own questions, so that it can be made again without the zone.
    """
    place = tmp_path / "answers.json"
    first = mailsetup(*MOVE, "--offline", "--zone", zone(tmp_path), "--record", place, "--format", "json")
    again = mailsetup(*MOVE, "--offline", "--from", place, "--format", "json")

    one, other = json.loads(first.out), json.loads(again.out)
    assert one["changes"] == other["changes"]
    assert one["spf_proof"] == other["spf_proof"]


def test_a_parked_domain_sends_and_takes_nothing(tmp_path: Path) -> None:
    """
    ``--no-mail``: null MX, an SPF record that allows nobody, a DMARC policy that refuses.
    """
    out = mailsetup(
        "plan", "example.com", "--no-mail", "--offline", "--zone", zone(tmp_path), "--format", "bind"
    ).out

    assert "example.com. 3600 IN MX 0 .\n" in out
    assert '"v=spf1 -all"' in out
    assert "p=reject" in out


def test_a_project_file_says_what_the_command_line_need_not(tmp_path: Path) -> None:
    """
    ``init`` writes it, ``plan`` and ``verify`` read it.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    made = mailsetup("init", "example.com", "--provider", "google-workspace", folder=tmp_path)
    again = mailsetup("init", "example.com", "--provider", "google-workspace", folder=tmp_path)

    assert 0 == made.code
    assert "dkim_key" in made.out
    assert "--force" in refused(again)
    assert "smtp.google.com" in mailsetup("plan", *world, folder=tmp_path).out
    assert 1 == mailsetup("verify", *world, folder=tmp_path).code


def test_a_domain_that_is_right_verifies(tmp_path: Path) -> None:
    """
    Order, case, chunking and extra terms never make a record wrong.
    """
    text = (
        GOOD_ZONE.replace("@ IN MX 10 mail\n@ IN MX 20 mail2", "@ IN MX 5 SMTP.Google.COM.")
        .replace('"v=spf1 ip4', '"v=SPF1 include:_SPF.google.com " "ip4')
        .replace("s1._domainkey", "google._domainkey")
    )
    result = mailsetup(
        "verify", "example.com", "--provider", "google-workspace", "--offline", "--zone", zone(tmp_path, text)
    )

    assert 0 == result.code, result.out


def test_spf_check_tells_the_result_and_the_path(tmp_path: Path) -> None:
    """
    The word of RFC 7208 and the term that decided.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    good = mailsetup("spf", "check", "example.com", "--ip", "93.184.216.34", *world)
    bad = mailsetup("spf", "check", "example.com", "--ip", "192.0.2.1", *world, "--format", "json")

    assert (0, 1) == (good.code, bad.code)
    assert good.out.startswith("pass")
    assert "ip4:93.184.216.34" in good.out
    assert "fail" == json.loads(bad.out)["result"]


def test_a_new_key_stays_private(tmp_path: Path) -> None:
    """
    The private key is in its file alone, which nobody else can read, and an existing one is not overwritten.
    """
    made = mailsetup("dkim", "new", "example.com", "--selector", "mail2026", folder=tmp_path)
    (path,) = tmp_path.glob("*.pem")

    assert 0 == made.code
    assert "PRIVATE KEY" not in made.out
    assert "PRIVATE KEY" in path.read_text(encoding="ascii")
    assert 0o600 == path.stat().st_mode & 0o777
    assert "mail2026._domainkey.example.com" in made.out
    assert "Proved" in made.out
    assert "--force" in refused(
        mailsetup("dkim", "new", "example.com", "--selector", "mail2026", folder=tmp_path)
    )


def test_a_pair_that_does_not_fit_is_never_handed_out(tmp_path: Path) -> None:
    """
    dkimpy, as a second reader, refuses a record that is not the key's own.
    """
    from mailsetup.run.dkim_key import new_key, prove

    one = new_key(DomainName("example.com"), "one", folder=str(tmp_path), bits=1024)
    other = new_key(DomainName("example.com"), "other", folder=str(tmp_path), bits=1024)

    with pytest.raises(RuntimeError, match="does not verify"):
        prove(one.private_key.read_bytes(), one.owner, other.text)


FIRST = "google-site-verification=" + "a" * 43
OWNER = f"""
[domain]
name = "example.com"
provider = "google-workspace"
[domain.parameters]
verification = "{FIRST}"
"""


QUICK = GOOD_ZONE.replace("$TTL 3600", "$TTL 300")


def owner(folder: Path) -> tuple[str | Path, ...]:
    """A project and its untouched zone."""
    (folder / "mailsetup.toml").write_text(OWNER, encoding="utf-8")
    return ("--offline", "--zone", zone(folder, QUICK))


def test_a_phase_keeps_the_number_of_the_plan_that_was_seen(tmp_path: Path) -> None:
    """
    With the first phase published the second is still the second: the MX of the third is not asked for.
    """
    world = owner(tmp_path)
    assert 0 == mailsetup("plan", *world, "--output", "plan.json", folder=tmp_path).code
    zone(tmp_path, QUICK + f'@ IN TXT "{FIRST}"\n')
    found = json.loads(mailsetup("verify", "--phase", "2", *world, "--format", "json", folder=tmp_path).out)

    assert "not_yet_due" == next(i["status"] for i in found["items"] if i["rdtype"] == "MX")
    assert 2 == found["phase_due"]


def test_a_plan_whose_end_is_not_graded_says_so_once(tmp_path: Path) -> None:
    """
    Not "grade not graded".
    """
    text = GOOD_ZONE.replace("_dmarc IN TXT", "_dmarc IN CNAME policy.elsewhere.example.\nunused IN TXT")
    text = text.replace("s1._domainkey IN TXT", "s1._domainkey IN CNAME s1.elsewhere.example.\nunused IN TXT")
    text = text.replace("ip4:93.184.216.34", "include:elsewhere.example")
    told = " ".join(mailsetup(*MOVE, "--offline", "--zone", zone(tmp_path, text)).out.split())

    assert "the audit will say: not graded" in told


def watching(folder: Path) -> tuple[str | Path, ...]:
    """A move that waits for nothing, of a domain whose DMARC record only watches."""
    values = (word for name, value in GOOGLE.items() for word in ("--set", f"{name}={value}"))
    text = GOOD_ZONE.replace("p=quarantine", "p=none")
    return (*MOVE, *values, "--offline", "--zone", zone(folder, text))


@pytest.mark.parametrize(
    "form", ["bind", "octodns", "dnscontrol", "route53", "cloudflare", "csv", "steps", "table"]
)
def test_a_step_of_enforcement_that_is_asked_for_holds_its_record(form: str, tmp_path: Path) -> None:
    """
    What ``verify --phase`` expects then; the whole plan leaves the policy as it is, and says so.
    """
    move = watching(tmp_path)
    whole = mailsetup(*move, "--format", "json").out
    first, last = [p["number"] for p in json.loads(whole)["phases"] if p["id"] == "enforce"]
    told = {
        phase: mailsetup(*move, "--format", form, "--phase", str(phase)).out
        for phase in (first - 1, first, last)
    }

    assert "p=quarantine" not in told[first - 1]
    assert "p=quarantine" in told[first]
    assert "p=reject" in told[last]


def test_a_whole_plan_says_that_it_leaves_the_policy_of_dmarc(tmp_path: Path) -> None:
    """
    "All phases at once" would else be taken for the strict one.
    """
    told = mailsetup(*watching(tmp_path), "--format", "bind")

    assert "p=none" in told.out
    assert "p=quarantine" not in told.out
    assert "without the stricter DMARC policies" in told.err


def test_a_phase_that_is_right_says_what_comes_next(tmp_path: Path) -> None:
    """
    Which phase, and how long caches still hold what stood there; not while something is wrong, nor without a plan.
    """
    world = owner(tmp_path)
    assert 0 == mailsetup("plan", *world, "--output", "plan.json", folder=tmp_path).code
    wrong = mailsetup("verify", *world, folder=tmp_path)
    zone(tmp_path, QUICK + f'@ IN TXT "{FIRST}"\n')
    right = mailsetup("verify", "--phase", "1", *world, folder=tmp_path)

    assert "Next is phase" not in wrong.out
    assert 0 == right.code
    assert "Next is phase 2: Publish the DKIM keys." in right.out
    assert re.search(r"It may begin \d+ (minutes|hours?) after phase 1 was published everywhere", right.out)


def test_a_plan_says_its_times_as_people_read_them(tmp_path: Path) -> None:
    """
    In the zone named, else in the machine's own, and in UTC; what programs read stays ISO 8601.
    """
    world = owner(tmp_path)
    table = mailsetup("plan", *world, "--time-zone", "Asia/Tokyo", folder=tmp_path)
    steps = mailsetup("plan", *world, "--set", f"dkim_key={KEY}", "--format", "steps", folder=tmp_path)
    document = json.loads(mailsetup("plan", *world, "--format", "json", folder=tmp_path).out)

    assert re.search(r"not before \w+, \d+ \w+ \d{4}, \d\d:\d\d in Asia/Tokyo \(", table.out)
    assert re.search(r"Do not start before \w+, \d+ \w+ \d{4},\s+\d\d:\d\d UTC\.", steps.out)
    assert all(p["earliest"] is None or p["earliest"].endswith("Z") for p in document["phases"])


def test_a_number_without_a_saved_plan_is_refused(tmp_path: Path) -> None:
    """
    A plan made now would count anew; the sentence says how to keep one.
    """
    said = refused(mailsetup("verify", "--phase", "2", *owner(tmp_path), folder=tmp_path))

    assert "mailsetup plan --output plan.json" in said
    assert "--plan plan.json" in said


def test_what_is_next_is_said_without_a_plan_too(tmp_path: Path) -> None:
    """
    At the beginning it is the first phase, after it the second; later ones are not asked for.
    """
    world = owner(tmp_path)
    first = mailsetup("verify", *world, folder=tmp_path)
    zone(tmp_path, QUICK + f'@ IN TXT "{FIRST}"\n')
    second = mailsetup("verify", *world, folder=tmp_path)

    assert "example.com, next: Prove that the domain is yours" == first.out.splitlines()[0]
    assert (1, 1) == (first.code, second.code)
    assert "next: Publish" in second.out.splitlines()[0]
    assert "not yet due  example.com MX" in second.out


def test_the_commands_of_a_plan_name_the_file_it_is_saved_in(tmp_path: Path) -> None:
    """
    Copied, they find the plan whose phases they count.
    """
    result = mailsetup("plan", *owner(tmp_path), "--output", "spring.json", folder=tmp_path)

    assert "verify --plan spring.json --phase 1" in " ".join(result.out.split())


@pytest.mark.parametrize("form", ["table", "steps", "bind"])
def test_a_plan_that_is_not_saved_says_how(form: str, tmp_path: Path) -> None:
    """
    The command is the one that was typed, with --output: run as it is printed it saves the plan.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    told = mailsetup(*MOVE, *world, "--format", form, "--set", "verification=a b", folder=tmp_path).err
    command = next(line for line in told.splitlines() if "save this plan" in line).partition(": mailsetup ")[
        2
    ]

    assert "plan.json" in mailsetup(*shlex.split(command), folder=tmp_path).err
    assert (tmp_path / "plan.json").is_file()
    assert "save this plan" not in mailsetup(*shlex.split(command), "--force", folder=tmp_path).err
    assert "" == mailsetup(*MOVE, *world, "--format", "json").err


def test_the_commands_that_the_steps_print_can_be_run(tmp_path: Path) -> None:
    """
    Each names the saved plan and the number of a phase, and the saved plan has that phase.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    steps = " ".join(mailsetup(*MOVE, *world, "--format", "steps").out.split())
    mailsetup(*MOVE, *world, "--output", "plan.json", folder=tmp_path)
    commands = re.findall(r"mailsetup (verify --plan plan\.json --phase \d+)( --wait 30m)?", steps)

    assert any(wait for _, wait in commands)
    assert len(commands) == steps.count("mailsetup verify")
    for command, _ in commands:
        assert mailsetup(*command.split(), *world, folder=tmp_path).code in (0, 1)


def test_waiting_offline_is_refused(tmp_path: Path) -> None:
    """
    A file does not change by being asked again.
    """
    assert "--offline" in refused(mailsetup("verify", "--wait", "20s", *owner(tmp_path), folder=tmp_path))


def test_spf_says_offline_that_nobody_was_asked(tmp_path: Path) -> None:
    """
    A name outside the files is no fault of anybody's; a domain that no file holds is refused.
    """
    world = ("--ip", "192.0.2.1", "--offline", "--zone")
    text = GOOD_ZONE.replace("v=spf1 ", "v=spf1 include:spf.elsewhere.net ")
    result = mailsetup("spf", "check", "example.com", *world, zone(tmp_path, text))

    assert "spf.elsewhere.net is not in the files given, and nobody was asked" in result.out
    assert 0 == result.code
    assert "example.org" in refused(mailsetup("spf", "check", "example.org", *world, zone(tmp_path)))


@pytest.mark.parametrize("command", ["tree", "flatten"])
def test_spf_tree_and_flatten_say_so_too(command: str, tmp_path: Path) -> None:
    """
    An include outside the files is not asked for and decides nothing; a domain that no file holds is refused.
    """
    text = GOOD_ZONE.replace("v=spf1 ", "v=spf1 include:spf.elsewhere.net ")
    world = ("--offline", "--zone", zone(tmp_path, text))
    result = mailsetup("spf", command, "example.com", *world)

    assert "nobody was asked" in result.out
    assert "no usable answer" not in result.out
    assert 0 == result.code
    assert "example.org" in refused(mailsetup("spf", command, "example.org", *world))


def test_an_spf_tree_that_nobody_answers_is_open() -> None:
    """
    Silence of the name server that was asked is exit code 3, of the tree and of the flattened record.
    """
    silent = ("--resolver", "127.0.0.1:9", "--timeout", "0.3", "--retries", "0")

    assert 3 == mailsetup("spf", "tree", "example.com", *silent).code
    assert 3 == mailsetup("spf", "flatten", "example.com", *silent).code


def test_what_plan_asks_for_can_be_set_by_init_too(tmp_path: Path) -> None:
    """
    ``--set rua=`` goes to the table that plan reads it from.
    """
    setting = ("--set", "rua=dmarc@example.com", "--set", "time-zone=Europe/Berlin")
    made = mailsetup("init", "example.com", "--provider", "google-workspace", *setting, folder=tmp_path)
    shown = mailsetup("plan", "--offline", "--zone", zone(tmp_path), folder=tmp_path)

    assert 0 == made.code, made.err
    assert '[dmarc]\nrua = "dmarc@example.com"' in (tmp_path / "mailsetup.toml").read_text(encoding="utf-8")
    assert " in Europe/Berlin (" in shown.out
    assert "The records are edited" not in shown.out or "cloudflare." not in shown.out


def test_no_mail_goes_before_the_project_file(tmp_path: Path) -> None:
    """
    Nobody typed a provider, so nobody is told to leave it out.
    """
    mailsetup("init", "example.com", "--provider", "google-workspace", folder=tmp_path)
    result = mailsetup("plan", "--no-mail", "--offline", "--zone", zone(tmp_path), folder=tmp_path)

    assert 0 == result.code, result.err
    assert "mailsetup.toml" in result.err
    assert "0 ." in result.out


def test_a_mistyped_dns_host_is_refused_with_the_nearest(tmp_path: Path) -> None:
    """
    Before anything is asked.
    """
    result = mailsetup(*MOVE, "--offline", "--zone", zone(tmp_path), "--dns-host", "cloudflar")

    assert 2 == result.code
    assert "did you mean cloudflare?" in result.err


def test_a_way_back_names_its_own_file(tmp_path: Path) -> None:
    """
    Its title is that of the way back, and its command does not judge the forward plan.
    """
    before, place = ("--offline", "--zone", zone(tmp_path)), tmp_path / "plan.json"
    token = "google-site-verification=" + "a" * 43
    proven = zone(tmp_path, GOOD_ZONE + f'@ IN TXT "{token}"\n', "proven.zone")
    mailsetup(*MOVE, "--set", f"verification={token}", *before, "--output", place, "--force")
    world = ("--offline", "--zone", f"example.com={proven}")
    table = mailsetup("plan", "--undo", place, *world)
    steps = mailsetup("plan", "--undo", place, *world, "--format", "steps")

    assert table.out.startswith("The way back for example.com")
    assert steps.out.startswith("How to go back to the mail records that example.com had before the plan")
    assert "--output undo.json" in table.err
    assert "verify --plan undo.json --phase 1 --wait 30m" in " ".join(steps.out.split())


def test_sentences_of_a_plan_begin_with_a_capital(tmp_path: Path) -> None:
    """
    And say where a value is found so that it reads.
    """
    shown = " ".join(mailsetup(*MOVE, "--offline", "--zone", zone(tmp_path), "--format", "steps").out.split())

    assert "find it in" not in shown
    assert "Where to find it: " in shown
    assert ".." not in shown.replace("...", "")


def test_a_way_back_is_of_the_domain_typed_and_takes_no_wishes(tmp_path: Path) -> None:
    """
    What would do nothing is refused.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    mailsetup(*MOVE, *world, "--output", "plan.json", folder=tmp_path)
    undo = ("plan", "--undo", "plan.json", *world)

    assert "plan for example.com" in refused(mailsetup("plan", "other.example", *undo[1:], folder=tmp_path))
    assert "--provider, --rua" in refused(
        mailsetup(*undo, "--provider", "zoho-mail", "--rua", "d@example.com", folder=tmp_path)
    )
    assert 0 == mailsetup("plan", "Example.COM.", *undo[1:], folder=tmp_path).code


@pytest.mark.parametrize(
    ("option", "value"), [("--phase", "\u00b2"), ("--phase", "0"), ("--wait", "9" * 5000)]
)
def test_no_number_is_too_odd_for_a_sentence(option: str, value: str, tmp_path: Path) -> None:
    """
    A digit that is none, and one of five thousand.
    """
    world = ("--zone", zone(tmp_path))
    mailsetup(*MOVE, "--offline", *world, "--output", "plan.json", folder=tmp_path)

    assert option in refused(
        mailsetup("verify", "--plan", "plan.json", *world, option, value, folder=tmp_path)
    )


def test_a_batch_that_cannot_delete_says_what_must_go_first(tmp_path: Path) -> None:
    """
    Sent alone it would put a second SPF record and a second MX set beside the first.
    """
    values = [f"--set={name}={value}" for name, value in GOOGLE.items()]
    result = mailsetup(*MOVE, *values, "--offline", "--zone", zone(tmp_path), "--format", "cloudflare")
    told = [line for line in result.err.splitlines() if line.startswith("delete this record")]

    assert any("example.com MX 10 mail.example.com." in line for line in told)
    assert any('example.com TXT "v=spf1 ip4:93.184.216.34' in line for line in told)


def test_a_value_that_two_services_ask_for_is_named_with_its_service(tmp_path: Path) -> None:
    """
    A bare name goes to the first; the sentence that asks for the second's says how to give it.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    code = "brevo-code:" + "0" * 32
    asked = mailsetup(*MOVE, "--sender", "brevo", *world)
    given = mailsetup(*MOVE, "--sender", "brevo", f"--set=brevo.verification={code}", *world)

    assert "--set brevo.verification=VALUE" in " ".join(asked.out.split())
    assert "--set verification=VALUE" in " ".join(asked.out.split())
    assert f'+ "{code}"' in given.out


def test_init_takes_what_the_senders_ask_for(tmp_path: Path) -> None:
    """
    As plan does; a name that two ask for is written with its service, and read back.
    """
    code = "brevo-code:" + "0" * 32
    senders = ("--sender", "brevo", "--sender", "sendgrid")
    target = "dkim_target1=s1.domainkey.u1.wl001.sendgrid.net"
    made = mailsetup(
        *("init", "example.com", "--provider", "google-workspace", *senders),
        *("--set", target, "--set", f"brevo.verification={code}"),
        folder=tmp_path,
    )
    shown = mailsetup("plan", "--offline", "--zone", zone(tmp_path), folder=tmp_path)

    assert 0 == made.code, made.err
    assert "still to find: dkim_target2: Twilio SendGrid" in made.out
    assert "s1.domainkey.u1.wl001.sendgrid.net." in shown.out
    assert f'+ "{code}"' in shown.out


def test_flattening_what_gave_no_answer_is_open(tmp_path: Path) -> None:
    """
    A domain that no file holds is refused.
    """
    assert "example.org" in refused(
        mailsetup("spf", "flatten", "example.org", "--offline", "--zone", zone(tmp_path))
    )


def test_a_snapshot_with_a_name_refused_is_not_clean(tmp_path: Path) -> None:
    """
    The others are recorded; the exit code tells, as the audit's does.
    """
    world = ("--offline", "--zone", zone(tmp_path), "-o", "taken.json")
    result = mailsetup("snapshot", "example.com", "ex ample", *world, folder=tmp_path)

    assert 2 == result.code
    assert (tmp_path / "taken.json").is_file()


def test_what_still_waits_is_no_part_of_what_is_predicted(tmp_path: Path) -> None:
    """
    A plan that lacks its values does not say that a domain without a key is what comes of publishing all.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    open_still = mailsetup(
        "plan", "example.com", "--provider", "google-workspace", *world, folder=tmp_path
    ).out

    assert "With all but what still waits published, the audit will say: grade" in open_still
    assert "When all is published" not in open_still


def test_the_project_file_has_a_line_for_every_value_still_to_be_found(tmp_path: Path) -> None:
    """
    Where it is found stands above it; filled in and uncommented it is read.
    """
    mailsetup("init", "example.com", "--provider", "google-workspace", folder=tmp_path)
    file = tmp_path / "mailsetup.toml"
    text = file.read_text(encoding="utf-8")
    value = f"google-site-verification={'a' * 43}"

    assert "# Admin console: Domains, Manage domains, Verify domain." in text
    file.write_text(text.replace('#verification = ""', f'verification = "{value}"'), encoding="utf-8")
    shown = mailsetup("plan", "--offline", "--zone", zone(tmp_path), folder=tmp_path).out
    assert f'+ "{value}"' in shown


def test_a_provider_that_does_not_exist_is_asked_for_again() -> None:
    """
    The nearest is named, and a right id is taken.
    """
    answers = iter(["google", " google-workspace "])
    asked: list[str] = []

    def ask(question: str, default: str) -> str:
        asked.append(question)
        return next(answers)

    assert "google-workspace" == chosen(ask)
    assert "did you mean google-workspace?" in asked[1]


def test_a_missing_record_is_shown_once_and_in_one_line(tmp_path: Path) -> None:
    """
    It is there to be copied: neither repeated in a sentence nor broken at a hyphen.
    """
    value = f"google-site-verification={'a' * 43}"
    options = ("--provider", "google-workspace", "--set", f"dkim_key={KEY}", "--set", f"verification={value}")
    shown = mailsetup(
        "verify",
        "example.com",
        *options,
        "--phase",
        "all",
        "--offline",
        "--zone",
        zone(tmp_path),
        folder=tmp_path,
    ).out

    assert 1 == shown.count(f'"v=DKIM1; k=rsa; p={KEY}"')
    assert "google-site-\n" not in shown


def test_a_selector_that_the_user_names_is_foreseen_with_its_key(tmp_path: Path) -> None:
    """
    A weak key that stays is in the prediction; one that the plan withdraws is not missed there.
    """
    text = "$TTL 3600\n@ SOA ns1 h 1 2 3 4 60\n@ NS ns1\n@ MX 10 mail.old.net.\n"
    text += 'old._domainkey TXT "v=DKIM1; k=rsa; p=AAAA"\n'
    (tmp_path / "example.com.zone").write_text(text, encoding="utf-8")
    world = ("example.com", "--offline", "--zone", str(tmp_path / "example.com.zone"), "--format", "json")

    def foreseen(*options: str) -> set[str]:
        made = json.loads(mailsetup("plan", *world, *options, folder=tmp_path).out)
        return {v["check"] for v in made["predicted"]["verdicts"] if v["status"] == "fail"}

    assert "dkim/public-key-unreadable" in foreseen("--provider", "fastmail", "--selector", "old")
    assert not {"dkim/public-key-unreadable", "dkim/key-missing"} & foreseen("--no-mail", "--selector", "old")


def test_terminal_is_the_table(tmp_path: Path) -> None:
    """
    What every other command calls ``--format terminal``, and what the help names.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    terminal = mailsetup(*MOVE, *world, "--format", "terminal")

    assert 0 == terminal.code, terminal.err
    assert _untimed(mailsetup(*MOVE, *world).out) == _untimed(terminal.out)


def _untimed(table: str) -> str:
    """A plan's table without its times of day, which go on between two runs."""
    return re.sub(r"\d\d:\d\d(:\d\d)?", "", table)
