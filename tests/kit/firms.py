"""The firms and people that tests of the kit share."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from mailsetup.kit import brand, logo, people
from mailsetup.model.brand import Brand, Person

DAY = date(2026, 11, 21)

BRAND = """\
schema = 1

[brand]
name = "Fern & Co"
name_local = { ru = "Папоротник" }
domain = "fern.example"
site = "https://fern.example/"
tagline = { en = "Plants that stay alive", ru = "Растения, которые живут" }

[logo]
url = "https://fern.example/mail/logo.png"
width = 140

[colors]
primary = "#0f5b8c"
accent = "#7a3e9d"
text = "#1f2937"
background = "#ffffff"
muted = "#5b6472"

[fonts]
heading = ["Georgia", "Times New Roman", "serif"]

[address]
street = "Main Street 1"
city = "Riga"
postal_code = "LV-1010"
country = "LV"
phone = "+371 6000 0000"
hours = { en = "Mon–Fri 9–18", ru = "Пн–Пт 9–18" }

[social]
telegram = "https://t.me/example"
instagram = "https://instagram.com/example"

[legal]
form = "SIA"
register = "Commercial Register of Latvia"
number = "40203000000"
directors = ["Anna Bērziņa"]

[locales]
default = "en"
available = ["en", "ru"]

[promise]
answer_hours = 24

[mail]
support = "support@fern.example"
transactional = "orders@fern.example"
marketing = "news@fern.example"

[signature]
assets_url = "https://fern.example/mail/"
call_text = { en = "Book a visit", ru = "Записаться" }
call_url = "https://fern.example/visit"
environment = { en = "Keep this letter on the screen.", ru = "Не печатайте это письмо." }

[signature.banner]
image = "https://fern.example/mail/spring.png"
url = "https://fern.example/spring"
alt = "Spring opening days"
until = 2027-03-31
"""

PEOPLE = """\
id,name,name_ru,role,role_ru,department,email,phone,mobile,telegram,photo,layout,team,pronouns
anna,Anna Bērziņa,Анна Берзиня,Head of sales,Руководитель отдела продаж,Wholesale,anna@fern.example,\
+371 6000 0001,+371 2000 0002,@annafern,https://fern.example/mail/anna.png,,,she/her
support,Fern & Co support,Поддержка,,,,support@fern.example,,,,,team,support,
"""


def firm(text: str = BRAND, **changes: object) -> Brand:
    """The firm of a brand's text."""
    return replace(brand.parse(text), **changes)


def staff(table: str = PEOPLE, of: Brand | None = None) -> tuple[Person, ...]:
    """The people of a table."""
    home = of or firm()
    return people.parse(table, home.address.country, home.locales)


def png(width: int = 280, height: int = 100, color: tuple[int, ...] = (20, 30, 40, 255)) -> bytes:
    """A picture with a coloured ellipse on a transparent ground."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((width // 4, 2, width // 2, height - 3), fill=color)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


__all__ = ["BRAND", "DAY", "PEOPLE", "firm", "logo", "png", "staff"]
