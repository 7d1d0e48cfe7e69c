"""A MkDocs that is loaded before its pages are written, and then waits for its word.

    python -m generator.mkdocs_worker ROOT

It loads the theme and the extensions that mkdocs.yml names, compiles the templates, and reads the
arguments of one `mkdocs` command from stdin, a JSON list; without any it ends. What it says and its
exit code are those of that command. A process of its own: it is never forked.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from pathlib import Path

from mkdocs.__main__ import cli
from mkdocs.config import load_config

from generator.layout import CONFIG, PAGES
from generator.page_memory import remember_pages, share_templates
from generator.template_memory import remember_templates

TEMPLATES = ("main.html", "404.html", "sitemap.xml")


def main() -> None:
    root = Path(sys.argv[1])
    # Whatever is wrong with the settings is said by the command itself.
    with contextlib.suppress(Exception):
        logging.disable(logging.CRITICAL)
        config = load_config(str(root / CONFIG))
        share_templates(config.theme, TEMPLATES)
        remember_pages(root)
        remember_templates(root, root / PAGES)
    logging.disable(logging.NOTSET)
    asked = sys.stdin.readline()
    if asked:
        cli(args=json.loads(asked), prog_name="mkdocs")


if __name__ == "__main__":
    main()
