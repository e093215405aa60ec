"""``mailsetup kit init|build|preview|lint|colors``: signatures and letters from one brand file, and their lint."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .agreement import idle, idle_without, one_of
from .options import Out, shared

Brand = Annotated[str, typer.Option(metavar="FILE", help="The brand file, or its folder.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only the essential lines.")]
PAGE = "kit-preview.html"


def register(app: typer.Typer) -> None:
    """Adds the group."""
    group = typer.Typer(
        help="Signatures and letters in your brand, from one file.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("init")(init)
    group.command("build")(build)
    group.command("preview")(preview)
    group.command("lint")(shared(lint))
    group.command("colors")(colors)
    app.add_typer(group, name="kit")


def init(
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="Where brand.toml and people.csv go.")] = ".",
    name: Annotated[str, typer.Option(metavar="TEXT", help="The firm's name.")] = "",
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="The firm's mail domain.")] = "",
    primary: Annotated[str, typer.Option(metavar="COLOUR", help="The brand's main colour.")] = "",
    logo: Annotated[str, typer.Option(metavar="FILE", help="A logo to measure and copy beside it.")] = "",
    force: Force = False,
) -> int:
    """Write brand.toml and people.csv: asks on a terminal, reads mailsetup.toml, else writes a sample."""
    from mailsetup.run.kit_init import Given, create

    def ask(question: str, default: str) -> str:
        return str(typer.prompt(question, default=default, show_default=bool(default), err=True))

    given = Given(name=name, domain=domain, primary=primary, logo=logo)
    for line in create(folder, given, ask=ask if sys.stdin.isatty() else None, force=force):
        typer.echo(line)
    return 0


def build(
    brand: Brand = "brand.toml",
    people: Annotated[
        str | None, typer.Option(metavar="FILE", help="People; people.csv beside the brand.")
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="The folder to write.")
    ] = "kit",
    layout: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A signature layout. Repeatable.")
    ] = None,
    all_layouts: Annotated[bool, typer.Option("--all-layouts", help="Every signature layout.")] = False,
    only: Annotated[
        str, typer.Option(metavar="PART", help="signatures, letters or moved; all if not given.")
    ] = "",
    moved_from: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The old address of a firm that moves; else [move] from.")
    ] = "",
    plan: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The saved plan that gives the days of a move; else plan.json."),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Processes; 0 takes one a core.")] = 0,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Write the whole kit into a folder: signatures for every colleague and mail program, and all letters."""
    from mailsetup.run.kit_build import BuildSettings, build_command

    one_of(layout=layout, all_layouts=all_layouts)
    if only in ("letters", "moved"):
        idle(f"--only {only}", layout=layout, all_layouts=all_layouts)
    settings = BuildSettings(
        layouts=tuple(layout or ()),
        all_layouts=all_layouts,
        only=only,
        workers=workers,
        force=force,
        moved_from=moved_from,
        plan=plan,
    )
    for line in build_command(brand, people, output, settings, quiet=quiet):
        typer.echo(line)
    return 0


def preview(
    brand: Brand = "brand.toml",
    people: Annotated[
        str | None, typer.Option(metavar="FILE", help="People; people.csv beside the brand.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="The page to write; else kit-preview.html."),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Show it on a loopback address instead.")] = False,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="For --serve; 0 takes a free one.")
    ] = 0,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Show every signature and letter in one page that needs no network."""
    from mailsetup.run.kit_preview import preview_command
    from mailsetup.run.output import form_by_name

    if serve:
        idle("--serve", output=output, force=force)
    else:
        idle_without("--serve", port=port)
        form_by_name(output or PAGE, ("html",), choice=False)
    return preview_command(brand, people, output or PAGE, serve=serve, port=port, force=force, quiet=quiet)


def lint(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help=".html .txt .eml, folders, templates by id."),
    ] = None,
    brand: Annotated[
        str, typer.Option(metavar="FILE", help="Judge fonts, colours and words by this brand.")
    ] = "",
    fix: Annotated[bool, typer.Option("--fix", help="Show what would be mended, as a diff.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Mend the files; with --fix the mends are shown too.")
    ] = False,
    fail_on: Annotated[str, typer.Option(metavar="SEVERITY", help="error, warning, info or never.")] = "",
    config: Annotated[
        str, typer.Option(metavar="FILE", help="How rules weigh; lint.toml if not given.")
    ] = "",
    profile: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="reply, transactional, marketing, signature, strict. Repeatable."),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only these rules or families. Repeatable.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Not these rules or families. Repeatable.")
    ] = None,
    kind: Annotated[
        str,
        typer.Option("--class", metavar="T|R|A|M|S", help="Service, reply, automatic, marketing, signature."),
    ] = "",
    locale: Annotated[str, typer.Option(metavar="en|ru", help="The language of the letters.")] = "",
    spamd: Annotated[
        str, typer.Option(metavar="ADDR", help="Ask SpamAssassin's daemon there, such as 127.0.0.1:783.")
    ] = "",
    rspamd: Annotated[
        str, typer.Option(metavar="ADDR", help="Ask rspamd there, such as 127.0.0.1:11333.")
    ] = "",
    explain: Annotated[str, typer.Option(metavar="RULE", help="Why a rule is there, with examples.")] = "",
    *,
    out: Out,
) -> int:
    """Judge letters and signatures: structure, wording, links, clients, etiquette."""
    from mailsetup.run.kit_lint import Choice, lint_command

    if explain:
        idle("--explain", PATH=paths, fix=fix, write=write)
    return lint_command(
        tuple(paths or ()),
        brand,
        out,
        fix=fix,
        write=write,
        fail_on=fail_on,
        kind=kind,
        of=locale,
        explain=explain,
        spamd=spamd,
        rspamd=rspamd,
        choice=Choice(config, tuple(profile or ()), tuple(select or ()), tuple(ignore or ())),
    )


def colors(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="The brand file, or its folder.")
    ] = None,
    brand: Annotated[
        str | None, typer.Option(metavar="FILE", help="The same, as the other commands take it.")
    ] = None,
    page: Annotated[str, typer.Option(metavar="FILE", help="A page of swatches to write.")] = "",
    fixed: Annotated[
        str, typer.Option(metavar="FILE", help="A copy of the brand with shades that can be read.")
    ] = "",
    force: Force = False,
) -> int:
    """Show every pair of colours with its contrast, and the nearest shades that can be read."""
    from mailsetup.run.kit_colors import colors_command

    one_of(FILE=file, brand=brand)
    told = colors_command(file or brand or "brand.toml", page=page, fixed=fixed, force=force)
    for line in told.lines:
        typer.echo(line)
    return 0 if told.readable else 1
