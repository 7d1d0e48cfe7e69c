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
import os
import sys
from pathlib import Path

import yaml
from mkdocs import utils
from mkdocs.__main__ import cli
from mkdocs.config import load_config
from mkdocs.utils.yaml import get_yaml_loader

from generator.layout import CONFIG, GENERATED, PAGES
from generator.page_memory import remember_pages, share_templates
from generator.template_memory import remember_templates

TEMPLATES = ("main.html", "404.html", "sitemap.xml")


def main() -> None:
    root = Path(sys.argv[1])
    read_quickly()
    link_files_of(root / "docs" / GENERATED)
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


def read_quickly() -> None:
    """Settings of hundreds of pages are read by libyaml, where PyYAML comes with it."""
    if hasattr(yaml, "CLoader"):
        get_yaml_loader.__defaults__ = (yaml.CLoader, None)


def link_files_of(folder: Path) -> None:
    """Files of this generated folder get a second name in the built site instead of a copy.

    Nothing changes them there: only what comes with the theme is finished in place.
    """
    copy = utils.copy_file

    def copy_file(source: str, target: str) -> None:
        if Path(source).is_relative_to(folder):
            with contextlib.suppress(OSError):  # another disk, or a system without such names
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                os.link(source, target)
                return
        copy(source, target)

    utils.copy_file = copy_file  # type: ignore[assignment]


if __name__ == "__main__":
    main()
