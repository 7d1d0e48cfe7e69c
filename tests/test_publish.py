"""Laying editions into a tree, and committing the tree onto a branch, with real git."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from generator import laying
from generator import publish as module
from generator.editions import verify_chain
from generator.errors import EditionChanged, PublishError, StaleData, UsageError
from generator.laying import Site, lay_edition
from generator.lock import alone
from generator.publish import PublishOutcome, publish
from generator.revision import git_revision, remote_address
from generator.root_files import root_files
from generator.tree import (
    branch_editions,
    earlier_editions,
    hash_tree,
    read_editions,
    verify_tree,
)
from tests.conftest import make_identity

EPOCH = 1_790_000_000
IDENTITY = make_identity()


@pytest.fixture(autouse=True)
def git_knows_who(tmp_path, monkeypatch):
    """Git reads one settings file, made here, and no other."""
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[user]\n name = Test\n email = test@example.org\n[init]\n defaultBranch = main\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    return settings


def git(root, *arguments):
    done = subprocess.run(("git", *arguments), cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make_html(folder, **pages):
    for name, text in ({"index": "home"} | pages).items():
        path = folder / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def root_files_for(site_name="Notes", site_url=""):
    def make(editions, pages):
        return root_files(editions, site_name=site_name, site_url=site_url, latest=pages)

    return make


def lay(out, name, *, built="T1", theses=None, earlier=(), mirrored=(), **pages):
    scratch = out.parent / "html" / f"{name}-{len(list(out.parent.glob('html/*')))}"
    return lay_edition(
        dated=Site(make_html(scratch / "dated", **pages)),
        latest=Site(make_html(scratch / "latest", **{**pages, "latest": "own"})),
        out=out,
        name=name,
        built=built,
        data_as_of={"prices": name},
        generator={"version": "1", "revision": "x"},
        theses=theses or {},
        epoch=EPOCH,
        root_files=root_files_for(),
        mirrored=mirrored,
        earlier=earlier,
    )


@pytest.fixture
def out(tmp_path):
    return tmp_path / "repository" / "site"


@pytest.fixture
def root(tmp_path):
    """A clone of a bare repository, with one commit on main and an ignored site/."""
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(tmp_path, "clone", "--quiet", "remote.git", "repository")
    root = tmp_path / "repository"
    (root / ".gitignore").write_text("site/\n")
    git(root, "add", ".gitignore")
    git(root, "commit", "--quiet", "-m", "Begin")
    git(root, "push", "--quiet", "origin", "main")
    return root


def send(root, out, *, push=False, **options):
    options = {"branch": "gh-pages", "identity": IDENTITY} | options
    return publish(out, root=root, push=push, **options)


def files_on(root, branch="gh-pages"):
    return set(git(root, "ls-tree", "-r", "--name-only", branch).splitlines())


# Laying.


def test_an_edition_is_laid_with_its_record_and_the_root_files(out):
    assert lay(out, "2026-09-22") == out / "2026-09-22"
    assert set(hash_tree(out)) == {
        *("2026-09-22/index.html", "2026-09-22/edition.json"),
        *("latest/index.html", "latest/latest.html", "latest/edition.json"),
        *("index.html", "404.html", "versions.json", ".nojekyll"),
        *("editions.json", "editions/index.html", "sitemap.xml", "robots.txt"),
    }
    assert verify_tree(out) == []


def test_every_laid_file_carries_the_time_of_the_epoch(out):
    lay(out, "2026-09-22")
    assert {p.stat().st_mtime for p in out.rglob("*") if p.is_file()} == {EPOCH}


def test_two_runs_into_empty_folders_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        lay(tmp_path / name / "site", "2026-09-22")
    assert hash_tree(tmp_path / "one" / "site") == hash_tree(tmp_path / "two" / "site")


def test_a_new_edition_leaves_the_earlier_ones_untouched_and_chains_to_them(out):
    lay(out, "2026-09-22")
    before = hash_tree(out / "2026-09-22")
    lay(out, "2026-10-01", index="news")
    assert hash_tree(out / "2026-09-22") == before
    assert (out / "latest" / "index.html").read_text() == "news"
    first, second = read_editions(out)
    assert second.record["previous"] == {"edition": "2026-09-22", "sha256": first.sha256}
    assert verify_tree(out) == []


def test_an_older_edition_is_refused_and_nothing_is_touched(out):
    lay(out, "2026-10-01")
    before = hash_tree(out)
    with pytest.raises(EditionChanged):
        lay(out, "2026-09-22")
    assert hash_tree(out) == before


def test_rebuilding_the_same_day_to_the_same_content_changes_no_file(out):
    lay(out, "2026-09-22", built="T1")
    before = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in out.rglob("*") if p.is_file()}
    lay(out, "2026-09-22", built="T2")
    after = {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in out.rglob("*") if p.is_file()}
    assert after == before
    assert read_editions(out)[0].record["built"] == "T1"


def test_rebuilding_the_same_day_to_other_content_names_every_record_it_replaces(out):
    hashes = []
    for text in ("one", "two", "three"):
        lay(out, "2026-09-22", index=text)
        hashes.append(read_editions(out)[0].sha256)
    assert read_editions(out)[0].record["replaces"] == hashes[:2]
    assert (out / "2026-09-22" / "index.html").read_text() == "three"
    assert (out / "latest" / "index.html").read_text() == "three"


def test_a_file_altered_by_hand_is_put_right_by_the_same_build(out):
    lay(out, "2026-09-22")
    (out / "2026-09-22" / "index.html").write_text("forged")
    lay(out, "2026-09-22")
    assert verify_tree(out) == []


def test_editions_known_from_elsewhere_are_listed_and_chained_without_being_laid(tmp_path, out):
    lay(tmp_path / "other" / "site", "2026-08-01")
    earlier = read_editions(tmp_path / "other" / "site")
    lay(out, "2026-09-22", earlier=earlier)
    versions = json.loads((out / "versions.json").read_bytes())
    assert [entry["version"] for entry in versions] == ["2026-09-22", "2026-08-01"]
    assert verify_chain([*earlier, *read_editions(out)]) == []
    assert not (out / "2026-08-01").exists()


def test_a_broken_record_is_named(out):
    lay(out, "2026-09-22")
    (out / "2026-09-22" / "edition.json").write_text("{")
    with pytest.raises(EditionChanged, match=r"2026-09-22/edition\.json is not valid JSON"):
        read_editions(out)
    (out / "2026-09-22" / "edition.json").unlink()
    with pytest.raises(EditionChanged, match=r"2026-09-22 has no edition\.json"):
        read_editions(out)


def test_verify_names_an_altered_file(out):
    lay(out, "2026-09-22")
    (out / "2026-09-22" / "index.html").write_text("forged")
    assert verify_tree(out) == ["2026-09-22/index.html: altered since the edition was laid."]


def _lay_and_die(out, step, exchanges):
    """Lay a second version of the day, killed just before its rename number `step`."""
    count = 0

    def guard(function):
        def counted(*arguments, **options):
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)
            return function(*arguments, **options)

        return counted

    exchange = laying._exchange if exchanges else lambda *_: False
    laying._exchange = guard(exchange)
    for name in ("rename", "replace"):
        setattr(Path, name, guard(getattr(Path, name)))
    lay(out, "2026-09-22", index="new")


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
@pytest.mark.parametrize(
    ("exchanges", "step"), [(True, 1), (True, 2), *((False, step) for step in range(1, 7))]
)
def test_a_kill_at_any_step_leaves_a_whole_edition_and_the_next_run_mends_the_rest(
    out, exchanges, step
):
    lay(out, "2026-09-22", index="old")
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_lay_and_die, args=(out, step, exchanges))
    process.start()
    process.join(30)
    assert process.exitcode == 9
    if not list(out.glob(".laying-*/aside-*")):
        assert verify_tree(out) == []
    lay(out, "2026-09-22", index="new")
    assert verify_tree(out) == []
    assert (out / "2026-09-22" / "index.html").read_text() == "new"
    assert (out / "latest" / "index.html").read_text() == "new"
    assert list(out.glob(".laying-*")) == []


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_an_edition_put_aside_by_a_killed_run_is_brought_back(out):
    lay(out, "2026-09-22", index="old")
    record = read_editions(out)
    process = multiprocessing.get_context("fork").Process(target=_lay_and_die, args=(out, 3, False))
    process.start()
    process.join(30)
    assert read_editions(out) == []
    lay(out, "2026-10-01")
    assert read_editions(out)[:1] == record
    assert verify_tree(out) == []


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be locked on Windows")
def test_two_runs_never_lay_into_one_folder_at_once(out):
    lay(out, "2026-09-22")
    with alone(out), pytest.raises(PublishError, match=r"another run is at work in site/\."):
        lay(out, "2026-10-01")


@pytest.mark.skipif(os.name == "nt", reason="a folder cannot be locked on Windows")
def test_who_waits_is_told_who_holds_the_folder_and_goes_on_when_it_is_free(tmp_path):
    folder, said = tmp_path / "scratch", []
    with alone(folder, who="edition 2026-09-22"):
        with pytest.raises(PublishError) as error, alone(folder, patience=0.2):
            pass
        assert f"(process {os.getpid()}, edition 2026-09-22)" in error.value.message
        held = threading.Event()

        def follow():
            with alone(folder, who="the next", patience=30, report=said.append):
                held.set()

        waiting = threading.Thread(target=follow)
        waiting.start()
        assert not held.wait(0.3)
    assert held.wait(30)
    waiting.join()
    assert [line.partition(" (")[0] for line in said] == [
        "waiting: another run is at work in scratch/"
    ]
    assert list(folder.iterdir()) == []


# Earlier editions.


def test_earlier_editions_are_those_laid_else_those_of_the_branch(tmp_path, root, out):
    lay(out, "2026-09-22")
    send(root, out)
    lay(out, "2026-10-01")
    assert earlier_editions(root, out, None) == read_editions(out)
    assert earlier_editions(root, tmp_path / "none", None) == read_editions(out)[:1]


def test_without_a_branch_or_outside_git_there_are_no_earlier_editions(tmp_path, root):
    assert earlier_editions(root, root / "site", None) == []
    assert earlier_editions(tmp_path, tmp_path / "site", None) == []


def test_earlier_editions_may_be_named_by_branch_or_by_folder_of_the_repository(root, out):
    lay(root / "kept", "2026-08-01")
    lay(out, "2026-09-22")
    send(root, out, branch="pages")
    on_branch = read_editions(out)
    assert earlier_editions(root, root / "none", "pages") == on_branch
    found = earlier_editions(root, out, "kept")
    assert [edition.name for edition in found] == ["2026-08-01", "2026-09-22"]


def test_a_name_that_is_neither_a_folder_nor_a_branch_is_wrong_usage(tmp_path, root):
    for place in (root, tmp_path):
        with pytest.raises(UsageError, match="'nowhere' is neither a folder nor a branch") as error:
            earlier_editions(place, place / "site", "nowhere")
        assert error.value.exit_code == 2


def test_of_a_branch_and_its_fetched_copy_the_one_ahead_counts(root, out):
    lay(out, "2026-09-22")
    old = send(root, out, push=True).commit
    lay(out, "2026-10-01")
    send(root, out, push=True)
    assert [edition.name for edition in branch_editions(root, "gh-pages")][-1] == "2026-10-01"
    git(root, "update-ref", "refs/heads/gh-pages", old)
    git(root, "fetch", "--quiet", "origin")
    assert [edition.name for edition in branch_editions(root, "gh-pages")][-1] == "2026-10-01"


def test_what_the_oldest_laid_edition_builds_upon_may_lie_elsewhere(root, out):
    lay(root / "kept", "2026-08-01")
    lay(root / "other", "2026-08-01", index="another")
    lay(out, "2026-09-22", earlier=read_editions(root / "kept"))
    assert len(verify_tree(out)) == 1
    assert verify_tree(out, read_editions(root / "kept")) == []
    assert "is not as it was" in verify_tree(out, read_editions(root / "other"))[0]
    assert verify_tree(root / "kept", read_editions(out)) == []


def test_nothing_to_verify_is_wrong_usage(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nosuch"):
        with pytest.raises(UsageError, match="there is no edition in"):
            verify_tree(tmp_path / name)


# Publishing.


def test_the_laid_tree_becomes_a_commit_and_the_work_tree_stays_as_it_was(root, out):
    lay(out, "2026-09-22")
    (root / "unsaved.txt").write_text("x")
    git(root, "add", "unsaved.txt")
    before = (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD"))
    outcome = send(root, out)
    assert outcome == PublishOutcome(git(root, "rev-parse", "gh-pages"), "gh-pages", False, [])
    assert (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")) == before
    assert files_on(root) == set(hash_tree(out))
    assert git(root, "log", "-1", "--format=%s", "gh-pages") == "Publish the edition of 2026-09-22"


def test_what_this_machine_ignores_is_published_all_the_same(root, out, git_knows_who):
    ignored = root.parent / "ignored"
    ignored.write_text("*.html\nlatest/\n")
    with git_knows_who.open("a") as settings:
        settings.write(f"[core]\n excludesFile = {ignored.as_posix()}\n")
    lay(out, "2026-09-22")
    send(root, out)
    assert files_on(root) == set(hash_tree(out))


def test_nothing_new_makes_no_commit(root, out):
    lay(out, "2026-09-22")
    first = send(root, out)
    assert send(root, out) == PublishOutcome(None, "gh-pages", False, [])
    assert git(root, "rev-parse", "gh-pages") == first.commit


def test_a_push_reaches_the_remote_and_a_second_one_finds_nothing_new(root, out):
    lay(out, "2026-09-22")
    outcome = send(root, out, push=True)
    assert outcome.pushed
    assert git(root, "ls-remote", "origin", "gh-pages").split()[0] == outcome.commit
    assert send(root, out, push=True).commit is None


def test_what_was_committed_earlier_is_pushed_later(root, out):
    lay(out, "2026-09-22")
    commit = send(root, out).commit
    assert send(root, out, push=True).commit is None
    assert git(root, "ls-remote", "origin", "gh-pages").split()[0] == commit


def test_a_shallow_clone_publishes_onto_what_the_remote_has_and_keeps_it(tmp_path, root, out):
    lay(out, "2026-09-22")
    send(root, out, push=True)
    address = (tmp_path / "remote.git").as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", address, "shallow")
    shallow = tmp_path / "shallow"
    assert git(shallow, "branch", "--remotes", "--list", "origin/gh-pages") == ""

    lay(shallow / "site", "2026-10-01", earlier=read_editions(out))
    assert send(shallow, shallow / "site", push=True).pushed
    git(root, "fetch", "--quiet", "origin", "gh-pages")
    assert {"2026-09-22/index.html", "2026-10-01/index.html"} <= files_on(root, "FETCH_HEAD")
    assert git(root, "rev-list", "--count", "FETCH_HEAD") == "2"
    assert git(shallow, "rev-parse", "--is-shallow-repository") == "true"


def test_a_full_clone_stays_full(root, out):
    lay(out, "2026-09-22")
    send(root, out, push=True)
    lay(out, "2026-10-01")
    send(root, out, push=True)
    assert git(root, "rev-parse", "--is-shallow-repository") == "false"


def test_other_files_at_the_root_of_the_branch_stay(root, out):
    lay(out, "2026-09-22")
    send(root, out)
    add_file(root, "CNAME", "notes.example.org\n")
    lay(out, "2026-10-01")
    send(root, out)
    assert "CNAME" in files_on(root)


def add_file(root, path, text, branch="gh-pages"):
    """A commit on a branch by another hand, through a work tree of its own."""
    git(root, "worktree", "add", "--quiet", "--force", root.parent / "other", branch)
    (root.parent / "other" / path).write_text(text)
    git(root.parent / "other", "add", "--all")
    git(root.parent / "other", "commit", "--quiet", "-m", "By hand")
    git(root, "worktree", "remove", "--force", root.parent / "other")


def test_an_edition_altered_in_the_tree_is_refused(root, out):
    lay(out, "2026-09-22")
    commit = send(root, out).commit
    (out / "2026-09-22" / "index.html").write_text("forged")
    with pytest.raises(EditionChanged, match=r"2026-09-22/index\.html: altered"):
        send(root, out)
    assert git(root, "rev-parse", "gh-pages") == commit


def test_an_edition_that_would_change_on_the_branch_is_refused(tmp_path, root, out):
    lay(out, "2026-09-22")
    send(root, out)
    other = tmp_path / "elsewhere" / "site"
    lay(other, "2026-09-22", index="another")
    with pytest.raises(EditionChanged, match="the edition of 2026-09-22 on gh-pages would change"):
        send(root, other)


def test_the_newest_edition_may_be_rebuilt_on_its_own_day(root, out):
    lay(out, "2026-09-22", index="one")
    send(root, out)
    for text in ("two", "three"):
        lay(out, "2026-09-22", index=text)
    assert send(root, out).commit
    assert git(root, "show", "gh-pages:2026-09-22/index.html") == "three"


def test_an_edition_that_others_stand_on_cannot_be_rebuilt(tmp_path, root, out):
    lay(out, "2026-09-22")
    first = read_editions(out)
    lay(out, "2026-10-01")
    send(root, out)
    other = tmp_path / "elsewhere" / "site"
    lay(other, "2026-09-22", index="rewritten", earlier=first)
    with pytest.raises(EditionChanged, match="2026-09-22 on gh-pages would change"):
        send(root, other)


def test_an_edition_that_does_not_know_the_published_ones_is_refused(tmp_path, root, out):
    lay(out, "2026-09-22")
    send(root, out)
    other = tmp_path / "elsewhere" / "site"
    lay(other, "2026-10-01")
    with pytest.raises(EditionChanged) as error:
        send(root, other)
    assert "does not name 2026-09-22 before it" in error.value.message
    assert "versions.json does not list" in error.value.message
    assert "--earlier gh-pages" in error.value.hint


def test_a_new_edition_with_series_from_a_mirror_is_refused_unless_it_is_a_cache(root, out):
    lay(out, "2026-09-22", mirrored=["rates", "prices"])
    with pytest.raises(StaleData, match="came through a mirror: prices, rates") as error:
        send(root, out)
    assert error.value.exit_code == 3
    assert "--mirror-is-cache" in error.value.hint
    assert send(root, out, mirror_is_cache=True).commit
    lay(out, "2026-10-01")
    assert send(root, out).commit  # what was published stays so, and the new one is direct


def test_a_mirrored_edition_below_the_newest_is_refused_too(root, out):
    lay(out, "2026-09-22", mirrored=["rates"])
    lay(out, "2026-10-01")
    with pytest.raises(StaleData, match="came through a mirror: rates"):
        send(root, out)


def test_a_chart_lost_for_want_of_data_is_refused_unless_allowed(root, out):
    lay(
        out, "2026-09-22", theses={"caps": {"charts": [{"id": "growth", "files": {}}], "facts": {}}}
    )
    send(root, out)
    missing = {"charts": [], "facts": {}, "missing": ["growth"]}
    lay(out, "2026-10-01", theses={"caps": missing})
    with pytest.raises(StaleData, match="lacks what the last one had: caps: growth"):
        send(root, out)
    assert send(root, out, allow_missing=True).commit


def test_an_edition_without_a_thesis_of_the_last_one_is_refused_unless_allowed(root, out):
    lay(out, "2026-09-22", theses={"caps": {}, "rates": {}})
    send(root, out)
    lay(out, "2026-10-01", theses={"caps": {}})
    with pytest.raises(StaleData, match="lacks what the last one had: rates: the whole thesis"):
        send(root, out)
    assert send(root, out, allow_missing=True).commit


@pytest.mark.parametrize("content", [None, b"{", b"[1]", b"7"])
def test_a_lost_or_broken_list_of_versions_is_answered_in_words(root, out, content):
    lay(out, "2026-09-22")
    if content is None:
        (out / "versions.json").unlink()
    else:
        (out / "versions.json").write_bytes(content)
    with pytest.raises(EditionChanged, match=r"versions\.json is not there or cannot") as error:
        send(root, out)
    assert "mtm build" in error.value.hint


def test_without_a_name_git_would_commit_under_the_two_commands_are_given(root, out, git_knows_who):
    git_knows_who.write_text("")
    lay(out, "2026-09-22")
    with pytest.raises(PublishError, match="does not know who is publishing") as error:
        send(root, out)
    assert "git config user.name" in error.value.hint
    assert "git config user.email" in error.value.hint
    assert error.value.exit_code == 6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"branch": "no such"}, "cannot be the name of a branch"),
        ({"branch": "main"}, "main is checked out"),
    ],
)
def test_a_branch_that_cannot_take_the_tree_is_refused(root, out, options, said):
    lay(out, "2026-09-22")
    with pytest.raises(PublishError, match=said):
        send(root, out, **options)


def test_outside_a_repository_publishing_says_so(tmp_path):
    lay(tmp_path / "site", "2026-09-22")
    with pytest.raises(PublishError, match="not in a git repository"):
        send(tmp_path, tmp_path / "site")


def test_with_nothing_laid_publishing_says_so(root, out):
    with pytest.raises(PublishError, match="there is no folder site/"):
        send(root, out)
    out.mkdir()
    with pytest.raises(PublishError, match="no edition is laid"):
        send(root, out)


def test_a_first_publish_under_the_original_name_warns(root, out):
    lay(out, "2026-09-22")
    name, author = module.ORIGINAL_IDENTITY
    original = replace(IDENTITY, site_name=name, author=author)
    first = send(root, out, identity=original)
    assert first.warnings == ["published under the original's name: change mkdocs.yml first."]
    lay(out, "2026-10-01")
    assert send(root, out, identity=original).warnings == []


def test_an_unreachable_remote_stops_a_push_and_only_warns_otherwise(root, out):
    lay(out, "2026-09-22")
    git(root, "remote", "set-url", "origin", str(root / "gone.git"))
    with pytest.raises(PublishError, match="origin did not answer"):
        send(root, out, push=True)
    assert send(root, out).warnings == ["origin did not answer; gh-pages was taken as it is here."]


def make_rival(root, *, times):
    """A hook that moves the remote's branch just before a push, at most `times` times."""
    hook = root / ".git" / "hooks" / "pre-push"
    hook.write_text(f"""#!/bin/sh
count=$(cat "{root}/.git/moved" 2>/dev/null || echo 0)
[ "$count" -ge {times} ] && exit 0
echo $((count + 1)) > "{root}/.git/moved"
cd "{root.parent}/remote.git" || exit 1
blob=$(echo "$count" | git hash-object -w --stdin)
tree=$( (git ls-tree refs/heads/gh-pages; printf '100644 blob %s\\trival%s\\n' "$blob" "$count") |
  git mktree)
commit=$(git commit-tree "$tree" -p refs/heads/gh-pages -m Rival)
git update-ref refs/heads/gh-pages "$commit"
""")
    hook.chmod(0o755)


def test_a_remote_that_moved_is_built_upon_and_nothing_of_it_is_lost(root, out):
    lay(out, "2026-09-22")
    send(root, out, push=True)
    lay(out, "2026-10-01")
    make_rival(root, times=2)
    assert send(root, out, push=True).pushed
    git(root, "fetch", "--quiet", "origin", "gh-pages")
    assert {"rival0", "rival1", "2026-10-01/index.html"} <= files_on(root, "FETCH_HEAD")
    assert git(root, "rev-parse", "gh-pages") == git(root, "rev-parse", "FETCH_HEAD")


def test_a_remote_that_moves_every_time_ends_in_one_clear_answer(root, out):
    lay(out, "2026-09-22")
    local = send(root, out, push=True).commit
    lay(out, "2026-10-01")
    make_rival(root, times=9)
    with pytest.raises(PublishError, match="gh-pages on origin moved 3 times"):
        send(root, out, push=True)
    assert (root / ".git" / "moved").read_text().strip() == "3"
    assert git(root, "rev-parse", "gh-pages") == local


def test_a_push_the_remote_declines_gives_what_git_said(root, out):
    lay(out, "2026-09-22")
    hook = root.parent / "remote.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho branch is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(PublishError, match="did not take the push") as error:
        send(root, out, push=True)
    assert "branch is protected" in error.value.hint


# Asking git.


def test_the_revision_says_when_tracked_files_differ(root):
    commit = git(root, "rev-parse", "--short=12", "HEAD")
    (root / "untracked").write_text("x")
    assert git_revision(root) == commit
    (root / ".gitignore").write_text("site/\nmore\n")
    assert git_revision(root) == f"{commit}+changes"


def test_outside_git_the_revision_is_unknown(tmp_path):
    assert git_revision(tmp_path) == "unknown"


def test_the_editions_of_a_branch_are_read_from_its_records(root, out):
    assert branch_editions(root, "gh-pages") == []
    lay(out, "2026-09-22")
    lay(out, "2026-10-01")
    send(root, out, push=True)
    assert branch_editions(root, "gh-pages") == read_editions(out)
    git(root, "branch", "--quiet", "-D", "gh-pages")
    assert branch_editions(root, "gh-pages") == read_editions(out)


def test_outside_git_a_branch_has_no_editions(tmp_path):
    assert branch_editions(tmp_path, "gh-pages") == []


def test_where_a_push_would_go_is_named_without_its_password(root):
    address = "https://someone:secret@example.org/notes.git"
    git(root, "remote", "set-url", "origin", address)
    assert remote_address(root) == "origin (https://example.org/notes.git)"
    git(root, "remote", "remove", "origin")
    assert remote_address(root) == ""


def test_outside_git_there_is_nowhere_to_push(tmp_path):
    assert remote_address(tmp_path) == ""
