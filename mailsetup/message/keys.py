"""Whether a published key verifies a signature: which records may be used, and the cryptography."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.dkim import broken_piece, parse_dkim_key
from mailsetup.model.dns import DnsAnswer
from mailsetup.model.mail_records import DkimKey
from mailsetup.model.message import say
from mailsetup.model.retold import as_message

from .signature import ALGORITHMS, Problem, Signature

KEYS_TRIED = 5  # of several records at one name; RFC 6376 section 6.1.2 step 4 leaves it to the verifier
RSA_LEAST = 1024  # bits, RFC 8301 section 3.2
MAIL = frozenset({"*", "email"})
TLS_REPORTS = MAIL | {"tlsrpt"}  # RFC 8460 section 3
RSA_MOST = 16_384  # bits; verifiers need only support 4096 (RFC 8301 section 3.2), and larger ones cost time


class Trial(NamedTuple):
    """How a signature fared: ``key`` is the key used, ``record`` its text; ``several`` that more than one stands there."""

    problem: Problem | None
    key: DkimKey | None = None
    several: bool = False
    record: str = ""


def tried(signature: Signature, answer: DnsAnswer, signed: bytes, services: frozenset[str] = MAIL) -> Trial:
    """
    A signature against what stands at its key's name; ``signed`` are the octets that ``b=`` covers.

    Of several keys each is tried, so that the order of an answer decides nothing.
    """
    if answer.unknown:
        text = say(
            "the key at {name} could not be asked for: {outcome}",
            name=signature.key_name,
            outcome=as_message(answer.outcome.value),
        )
        return Trial(Problem("DKIM_KEY_TEMPERROR", text, "temperror"))
    if not answer.found or not answer.texts:
        return Trial(Problem("DKIM_KEY_MISSING", say("there is no key at {name}", name=signature.key_name)))
    read = [(text, parse_dkim_key(text), broken_piece(text)) for text in answer.texts[:KEYS_TRIED]]
    keys = [
        (text, parsed.value) for text, parsed, broken in read if parsed.value is not None and broken is None
    ]
    if not keys:
        fault = next(
            (f for _, parsed, broken in read for f in (*filter(None, [broken]), *parsed.faults)), None
        )
        text = fault.text if fault is not None else say("the record is no key")
        return Trial(
            Problem(
                fault.code if fault else "DKIM_P_MISSING",
                say("the key at {name} cannot be used: {why}", name=signature.key_name, why=text),
            )
        )
    several = len(keys) > 1
    trials = [Trial(_problem(signature, key, signed, services), key, several, text) for text, key in keys]
    return min(trials, key=_rank)


def _rank(trial: Trial) -> int:
    if trial.problem is None:
        return 0
    return 1 if trial.problem.result == "fail" else 2


def _problem(signature: Signature, key: DkimKey, signed: bytes, services: frozenset[str]) -> Problem | None:
    unusable = _unusable(signature, key, services)
    if unusable is not None:
        return unusable
    verified = verifies(key, signed, signature.signature)
    if verified is None:
        return Problem("DKIM_P_BASE64", say("the key at {name} cannot be read", name=signature.key_name))
    if not verified:
        return Problem(
            "DKIM_SIG_BROKEN",
            say(
                "the signed header fields were changed after signing, or the key at {name} is another one",
                name=signature.key_name,
            ),
            "fail",
        )
    return None


def _unusable(signature: Signature, key: DkimKey, services: frozenset[str]) -> Problem | None:
    """What the key record forbids (RFC 6376 section 3.6.1 and 6.1.2)."""
    name = signature.key_name
    if key.revoked:
        return Problem("DKIM_P_EMPTY", say("the key at {name} was withdrawn (p= is empty)", name=name))
    if key.key_type != ALGORITHMS[signature.algorithm]:
        return Problem(
            "DKIM_K_UNKNOWN",
            say(
                "the key at {name} is of type {kind}, the signature is {algorithm}",
                name=name,
                kind=key.key_type,
                algorithm=signature.algorithm,
            ),
        )
    if key.hash_algorithms and "sha256" not in key.hash_algorithms:
        return Problem(
            "DKIM_H_LIST",
            say(
                "the key at {name} does not allow SHA-256 (h={hashes})",
                name=name,
                hashes=":".join(key.hash_algorithms),
            ),
        )
    if not services & set(key.service_types):
        return Problem(
            "DKIM_S_SERVICE",
            say(
                "the key at {name} is not for mail (s={services})",
                name=name,
                services=":".join(key.service_types),
            ),
        )
    if signature.kind == "dkim" and key.strict and signature.identity != signature.domain:
        return Problem(
            "DKIM_T_STRICT",
            say(
                "the key at {name} allows i= only for {domain} itself (t=s); the signature says {identity}",
                name=name,
                domain=signature.domain,
                identity=signature.identity,
            ),
        )
    if key.key_type == "rsa" and key.bits < RSA_LEAST:
        return Problem(
            "DKIM_RSA_UNDER_1024",
            say(
                "the key at {name} has {bits} bits; fewer than 1024 count as no signature",
                name=name,
                bits=key.bits,
            ),
        )
    if key.bits > RSA_MOST:
        return Problem(
            "DKIM_RSA_OVER_4096",
            say(
                "the key at {name} has {bits} bits; verifiers need only support 4096",
                name=name,
                bits=key.bits,
            ),
        )
    return None


def verifies(key: DkimKey, signed: bytes, signature: bytes) -> bool | None:
    """Whether a key's owner signed these octets; None if the key cannot be used at all."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        if key.key_type == "ed25519":
            import hashlib

            raw = ed25519.Ed25519PublicKey.from_public_bytes(key.public_key)
            raw.verify(signature, hashlib.sha256(signed).digest())  # RFC 8463 section 3
            return True
        public = load_der_public_key(key.public_key)
        if not isinstance(public, rsa.RSAPublicKey):
            return None
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    try:
        public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
