"""Pictures are measured wherever their files are at hand: in the address, in the message, beside the letter, hosted."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from mailsetup.kit import qr
from mailsetup.kit.lint import document, judge, mending
from mailsetup.run.kit_lint import LintSettings, lint_file
from tests.kit.lint_world import firm, read


def sign(ink: str, ground: str = "", side: int = 24, size: tuple[int, int] | None = None) -> bytes:
    """A disc as PNG, upon a ground or none."""
    picture = Image.new("RGBA", size or (side, side), ground or (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((2, 2, side - 3, side - 3), fill=ink)
    return png(picture)


def png(picture: Image.Image) -> bytes:
    """A picture's file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def noise(octets: int) -> bytes:
    """A PNG of about so many octets."""
    import random

    side = int((octets / 3) ** 0.5) + 1
    return png(Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side)))


def data(picture: bytes) -> str:
    """The address that holds the picture itself."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def img(source: str, alt: str = "Telegram", side: int = 24) -> str:
    """An image in a paragraph."""
    return f'<p><a href="https://t.me/fern"><img src="{source}" alt="{alt}" width="{side}" height="{side}"></a></p>'


def said(d: document.Document, rule: str) -> list[str]:
    """What one rule says."""
    return [str(f.message) for v in judge.judge(d).report.verdicts if v.check == rule for f in v.findings]


@pytest.mark.parametrize(
    ("picture", "fires"),
    [
        (sign("#dddddd"), True),
        (sign("#0f5b8c"), False),
        (sign("#eeeeee", "#ffffff"), True),
        (sign("#767676", "#ffffff"), False),  # a dark sign upon white
        (sign("#ffffff", "#0f5b8c"), False),  # a white sign upon a dark square
    ],
)
def test_a_sign_stands_out_from_its_ground(picture: bytes, *, fires: bool) -> None:
    """Three to one, by the part of it that is seen best (WCAG 1.4.11)."""
    assert fires == bool(said(read(img(data(picture)), "a.html", kind="S"), "A11-04"))


def test_the_ground_is_that_of_the_letter() -> None:
    """What is pale on white is seen on dark blue."""
    dark = f'<div style="background-color:#0b2b40">{img(data(sign("#dddddd")))}</div>'

    assert not said(read(dark, "a.html", kind="S"), "A11-04")


def test_what_is_not_at_hand_or_decoration_is_not_guessed() -> None:
    """An address on the web, a broken file, and a spacer."""
    for one in (img("https://fern.example/t.png"), img(data(b"none")), img(data(sign("#eeeeee")), side=200),
                f'<img src="{data(sign("#eeeeee"))}" alt="" width="24" height="24">'):  # fmt: skip
        assert not said(read(one, "a.html", kind="S"), "A11-04")


@pytest.mark.parametrize(
    ("style", "fires"),
    [("border:1px solid #dddddd", True), ("border:1px solid #0f5b8c", False), ("border:none", False)],
)
def test_a_button_of_a_border_alone_is_seen_by_it(style: str, *, fires: bool) -> None:
    """Its edge is all there is."""
    button = f'<p><a href="https://fern.example/t" style="{style};padding:12px 24px;color:#0f5b8c">Track it</a></p>'

    assert fires == bool(said(read(button, "a.html", kind="T"), "A11-04"))


def message(
    html: str, picture: bytes, head: str = "Content-ID: <sign@fern>\n", type: str = "image/png"
) -> bytes:
    """A message with one inline picture."""
    return (
        "From: Fern <a@fern.example>\nSubject: Order 1042 is on its way\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=utf-8\n\n{html}\n--x\n"
        f"Content-Type: {type}; name=sign.png\nContent-Disposition: inline\n{head}Content-Transfer-Encoding: base64\n\n"
        f"{base64.encodebytes(picture).decode()}--x--\n"
    ).encode()


def test_a_part_of_a_message_is_at_hand() -> None:
    """By its Content-ID, also where the address escapes it (RFC 2392)."""
    for source in ("cid:sign@fern", "cid:sign%40fern"):
        d = read(message(img(source), sign("#dddddd")), "a.eml", kind="T")

        assert said(d, "A11-04")
        assert not said(d, "MIM-08")


def test_an_inline_picture_needs_a_name() -> None:
    """Without a Content-ID no page can show it."""
    assert said(read(message("<p>Hello</p>", sign("#0f5b8c"), ""), "a.eml", kind="T"), "MIM-08")


def test_a_ground_asks_for_a_picture_too() -> None:
    """A style names it as a tag does."""
    html = '<div style="background-image:url(cid:sign@fern)">Hello</div>'

    assert not said(read(message(html, sign("#0f5b8c")), "a.eml", kind="T"), "MIM-08")


def test_pictures_of_a_signature_are_weighed(tmp_path: Path) -> None:
    """Three pictures of 20 KB are heavier than fifty; one of them twice is not."""
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.png").write_bytes(noise(20 * 1024))
    tags = {name: f'<img src="{name}.png" alt="{name}" width="80" height="80">' for name in "abc"}
    (tmp_path / "heavy.html").write_text("".join(tags.values()), "utf-8")
    (tmp_path / "light.html").write_text(tags["a"] * 3, "utf-8")
    settings = LintSettings(kind="S")

    def fired(name: str) -> list[str]:
        report = lint_file(str(tmp_path / name), settings).report
        return [str(f.message) for v in report.verdicts if v.check == "SIG-05" for f in v.findings]

    assert ["too much to fetch: the pictures have 61 KB; 50 KB are enough"] == fired("heavy.html")
    assert [] == fired("light.html")


def test_nothing_outside_the_letters_folder_is_read(tmp_path: Path) -> None:
    """A letter does not learn of files that are none of its own."""
    (tmp_path / "secret.png").write_bytes(noise(200 * 1024))
    inside = tmp_path / "letters"
    inside.mkdir()
    for source in (
        "../secret.png",
        str(tmp_path / "secret.png"),
        "%2e%2e/secret.png",
        (tmp_path / "secret.png").as_uri(),
    ):
        (inside / "a.html").write_text(f'<img src="{source}" alt="a" width="9" height="9">', "utf-8")
        report = lint_file(str(inside / "a.html"), LintSettings(kind="S")).report

        assert not [v for v in report.verdicts if v.check == "SIG-05" and v.findings]


def test_the_kits_hosted_pictures_are_found(tmp_path: Path) -> None:
    """Where the brand says to which address the folder ``hosted`` is put."""
    brand = firm()
    brand = replace(brand, signature=replace(brand.signature, assets_url="https://fern.example/mail/"))
    place = tmp_path / "kit" / "signatures" / "people" / "anna"
    (tmp_path / "kit" / "hosted").mkdir(parents=True)
    place.mkdir(parents=True)
    (tmp_path / "kit" / "hosted" / "sign.png").write_bytes(sign("#dddddd"))
    (place / "bar.html").write_text(img("https://fern.example/mail/sign.png"), "utf-8")
    report = lint_file(str(place / "bar.html"), LintSettings(brand=brand, kind="S")).report

    assert [v for v in report.verdicts if v.check == "A11-04" and v.findings]


def test_a_size_is_mended_where_the_file_is_at_hand() -> None:
    """The file says how large it is."""
    d = document.read(
        "a.html", b'<p>Hello</p><img src="cup.png" alt="A cup">', beside=lambda _: sign("#0f5b8c", size=(90, 60)),
        given=document.Given("T", "en"),
    )  # fmt: skip

    assert ' width="90" height="60"' in mending.mend(d).source


def test_what_a_picture_is_its_octets_say() -> None:
    """Not its name: WebP as ``.png`` is not shown, a part without a name is known by its type."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "#0f5b8c").save(out, "WEBP")
    for d in (
        document.read("a.html", img("cup.png").encode(), beside=lambda _: out.getvalue()),
        read(message(img("cid:sign@fern"), out.getvalue(), type="image/webp"), "a.eml"),
        read(img("data:image/svg+xml,<svg/>"), "a.html"),
    ):
        assert said(d, "IMG-05"), d.path

    assert not said(read(img("https://fern.example/a.png"), "a.html"), "IMG-05")


def test_a_gif_of_one_frame_is_no_animation() -> None:
    """Where its frames can be counted."""
    still, moving = io.BytesIO(), io.BytesIO()
    frames = [Image.new("RGB", (40, 40), shade) for shade in ("#111111", "#0f5b8c", "#eeeeee")]
    frames[0].save(still, "GIF")
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    for picture, fires in ((still, False), (moving, True)):
        d = document.read("a.html", img("cup.gif").encode(), beside=lambda _, p=picture: p.getvalue())

        assert fires == bool(said(d, "IMG-09"))


def test_a_code_is_as_dense_as_its_file_says() -> None:
    """More modules need more pixels; a code that is not at hand is taken for one with a web address."""
    short, long = qr.code("https://fern.example/a").png, qr.code("https://fern.example/" + "a" * 400).png
    for picture, width, fires in ((short, 111, False), (short, 80, True), (long, 140, True)):
        html = f'<img src="qr/anna.png" alt="Contact card" width="{width}" height="{width}">'
        d = document.read(
            "a.html", html.encode(), beside=lambda _, p=picture: p, given=document.Given("S", "en")
        )

        assert fires == bool(said(d, "SIG-10")), (width, said(d, "SIG-10"))


@pytest.mark.parametrize(
    "octets", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg", b"\xff\xd8\xff", b"RIFF....WEBP"]
)
def test_broken_pictures_break_nothing(octets: bytes) -> None:
    """They are not measured."""
    html = img("qr/a.png") + img("logo.png", "Fern logo") + img("a.gif")
    d = document.read("a.html", html.encode(), beside=lambda _: octets, given=document.Given("S", "en"))

    assert not [v.check for v in judge.judge(d).report.verdicts if v.status.value == "crashed"]
