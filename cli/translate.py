"""`./run translate`: bring the catalogues of `translations/` up to date with the sentences of the program."""

import argparse

from cli.errors import UsageError
from cli.paths import ROOT

HELP = "Collect the sentences of the program for translators, in translations/."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the languages."""
    parser.add_argument("languages", nargs="*", metavar="CODE", help="a language to begin with, such as fr")


def run(arguments: argparse.Namespace) -> int:
    """Update each catalogue, and print how much in it is left to be done.

    Raises
    ------
    UsageError
        If a code is of no language.
    """
    from babel import Locale, UnknownLocaleError

    import languages
    from cli.sentences import begin_catalogue, collect_sentences, is_translated, update_catalogue

    found = collect_sentences()
    for code in sorted({*languages.list_catalogues(), *arguments.languages}):
        try:
            Locale.parse(code)
        except (UnknownLocaleError, ValueError) as error:
            raise UsageError(
                f"{code} is no language that Babel knows: use a code such as fr or pt_BR"
            ) from error
        path = languages.FOLDER / f"{code}.po"
        catalogue = languages.read_catalogue(path) if path.exists() else begin_catalogue(code)
        path.write_bytes(update_catalogue(catalogue, found))
        left = sum(not is_translated(message) for message in catalogue if message.id)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} sentences, {left} to translate or to look at")
    return 0
