"""Editions as values: records, chains, the files at the root of the tree."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.editions import (
    before,
    check_new_edition,
    lost_for_want_of_data,
    make_record,
    merge_editions,
    parse_edition,
    record_bytes,
    same_edition,
    verify,
)
from generator.errors import EditionChanged
from generator.model import Edition
from generator.root_files import index_html, not_found_html, versions_json


def make_edition(name, *, previous=None, files=None, built="2026-09-22T23:59:00Z", **theses):
    record = make_record(
        name=name,
        built=built,
        data_as_of={"small_caps": "2026-09-21"},
        generator={"version": "0.1.0", "revision": "abc"},
        theses=theses,
        files=files or {"index.html": "11"},
        previous=previous,
    )
    return parse_edition(name, record_bytes(record), place=f"{name}/edition.json")


def make_tree(*editions):
    tree = {"index.html": "root", "latest/index.html": "11"}
    for edition in editions:
        tree |= {f"{edition.name}/{p}": digest for p, digest in edition.record["files"].items()}
        tree[f"{edition.name}/edition.json"] = edition.sha256
    return tree


def test_a_record_holds_all_that_the_interface_names():
    first = make_edition("2026-09-22")
    second = make_edition("2026-10-01", previous=first)
    assert set(second.record) == {
        *("schema", "edition", "built", "data_as_of", "mirrored", "generator"),
        *("theses", "files", "previous"),
    }
    assert second.record["previous"] == {"edition": "2026-09-22", "sha256": first.sha256}
    assert first.record["previous"] is None


@given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False)))
def test_record_bytes_do_not_depend_on_the_order_of_keys(values):
    shuffled = dict(reversed(list(values.items())))
    assert record_bytes(values) == record_bytes(shuffled)
    assert json.loads(record_bytes(values)) == values


def test_record_bytes_are_utf8_without_spaces_and_with_a_final_newline():
    assert record_bytes({"b": 1, "a": "−3 %"}) == '{"a":"−3 %","b":1}\n'.encode()


def test_a_record_never_holds_a_number_that_json_does_not_know():
    with pytest.raises(ValueError, match="not JSON compliant"):
        record_bytes({"now": float("nan")})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is not valid JSON"),
        (b"[]", "'files' is missing"),
        (b'{"files": {}, "schema": 9}', "has schema 9"),
        (b'{"files": {}, "schema": 1, "edition": "2026-01-01"}', "calls itself '2026-01-01'"),
    ],
)
def test_a_broken_record_is_named_with_what_is_wrong(content, said):
    with pytest.raises(EditionChanged) as error:
        parse_edition("2026-09-22", content, place="2026-09-22/edition.json")
    assert str(error.value).startswith("2026-09-22/edition.json ")
    assert said in error.value.message


def test_an_older_edition_than_the_newest_is_refused():
    with pytest.raises(EditionChanged, match="2026-09-21 would be older than the newest one"):
        check_new_edition("2026-09-21", ["2026-08-01", "2026-09-22"])


@pytest.mark.parametrize("name", ["2026-09-22", "2026-09-23"])
def test_the_newest_edition_itself_and_a_newer_one_may_be_laid(name):
    check_new_edition(name, ["2026-08-01", "2026-09-22"])


def test_the_edition_before_is_the_newest_older_one():
    editions = [make_edition(name) for name in ("2026-08-01", "2026-09-22", "2026-10-01")]
    assert before("2026-10-01", editions) == editions[1]
    assert before("2026-08-01", editions) is None


def test_a_later_group_counts_where_two_have_the_same_edition():
    old, new = make_edition("2026-09-22"), make_edition("2026-09-22", files={"index.html": "22"})
    assert merge_editions([old], [new]) == [new]


def test_two_builds_that_differ_in_their_stamps_alone_are_the_same_edition():
    one = make_edition("2026-09-22").record
    assert same_edition(one, make_edition("2026-09-22", built="2026-09-23T00:00:00Z").record)
    assert not same_edition(one, make_edition("2026-09-22", files={"index.html": "2"}).record)


def test_what_was_laid_verifies_without_a_problem():
    first = make_edition("2026-09-22")
    second = make_edition("2026-10-01", previous=first)
    assert verify([first, second], make_tree(first, second)) == []


def test_verify_names_altered_missing_and_foreign_files():
    edition = make_edition("2026-09-22", files={"a.html": "1", "b.html": "2"})
    tree = make_tree(edition) | {"2026-09-22/a.html": "x", "2026-09-22/c.html": "3"}
    del tree["2026-09-22/b.html"]
    assert verify([edition], tree) == [
        "2026-09-22/a.html: altered since the edition was laid.",
        "2026-09-22/b.html: missing.",
        "2026-09-22/c.html: foreign to the edition.",
    ]


def test_verify_names_an_edition_folder_without_a_record():
    assert verify([], {"2026-09-22/index.html": "1", "assets/x.js": "2"}) == [
        "2026-09-22: the folder has no edition.json."
    ]


def test_verify_sees_that_an_edition_was_taken_out():
    first = make_edition("2026-08-01")
    second = make_edition("2026-09-22", previous=first)
    assert verify([second], make_tree(second)) == [
        "2026-09-22/edition.json: the edition before it, 2026-08-01, is not here."
    ]


def test_verify_sees_that_a_record_and_its_files_were_replaced_together():
    first = make_edition("2026-08-01")
    second = make_edition("2026-09-22", previous=first)
    forged = make_edition("2026-08-01", files={"index.html": "forged"})
    assert verify([forged, second], make_tree(forged, second)) == [
        "2026-09-22/edition.json: 2026-08-01 is not as it was when this edition was laid upon it."
    ]


def test_verify_sees_that_an_edition_was_put_in():
    first, second = make_edition("2026-08-01"), make_edition("2026-09-22")
    assert verify([first, second], make_tree(first, second)) == [
        "2026-09-22/edition.json: does not name 2026-08-01 before it."
    ]


def test_versions_are_listed_newest_first_and_only_the_newest_is_latest():
    assert json.loads(versions_json(["2026-09-01", "2026-11-23"])) == [
        {"version": "2026-11-23", "title": "November 23, 2026", "aliases": ["latest"]},
        {"version": "2026-09-01", "title": "September 1, 2026", "aliases": []},
    ]


def test_the_root_page_leads_to_latest_by_a_relative_address():
    page = index_html(site_name="Ups & downs").decode()
    assert 'content="0; url=latest/"' in page
    assert '<a href="latest/">Ups &amp; downs: the latest edition</a>' in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_404_page_leads_to_latest_below_the_published_path():
    page = not_found_html(site_name="Site", base_path="/notes/").decode()
    assert '<a id="home" href="/notes/latest/">' in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_an_earlier_edition_had_and_this_one_lists_as_missing_is_lost():
    had = {"facts": {"gap": {}, "beta": {}}, "charts": [{"id": "growth"}]}
    earlier = make_edition("2026-09-22", caps=had)
    now = {"theses": {"caps": {"facts": {}, "charts": [], "missing": ["gap", "growth", "new"]}}}
    assert lost_for_want_of_data(earlier, now) == ["caps: gap", "caps: growth"]
    assert lost_for_want_of_data(None, now) == []


def test_a_thesis_that_this_edition_lacks_is_lost_as_a_whole():
    earlier = make_edition("2026-09-22", caps={"facts": {"gap": {}}}, rates={})
    now = {"theses": {"rates": {}}}
    assert lost_for_want_of_data(earlier, now) == ["caps: the whole thesis"]


def test_mirrored_series_stand_in_the_record_in_order():
    record = make_record(
        name="2026-09-22",
        built="",
        data_as_of={},
        generator={},
        theses={},
        files={},
        previous=None,
        mirrored=["b", "a"],
    )
    assert record["mirrored"] == ["a", "b"]


def test_an_edition_knows_its_day():
    assert isinstance(make_edition("2026-09-22"), Edition)
    assert make_edition("2026-09-22").date.isoformat() == "2026-09-22"
