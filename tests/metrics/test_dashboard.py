"""The dashboard and the alert rules ask for metrics and labels that a running site really has."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import promql_parser
import pytest
import yaml
from promql_parser import AggregateExpr, MatrixSelector, VectorSelector

from web.errors import ERROR_PAGES, collect_error_pages

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((DEPLOY / "prometheus-alerts.yaml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
EXPRESSIONS = {
    **{rule["alert"]: [rule["expr"]] for rule in RULES},
    **{panel["title"]: [each["expr"] for each in panel["targets"]] for panel in DASHBOARD["panels"]},
}
COUNTER = re.compile("_(total|count|sum|bucket)$")


@dataclass(frozen=True)
class Asked:
    """What an expression asks for: each metric with the labels that it selects by.

    `groups` are the labels of each aggregation, of the outermost first; `as_they_stand` are the metrics of which
    it takes the value, not how it changes over a time.
    """

    selectors: list[tuple[str, set[str]]]
    groups: list[set[str]]
    as_they_stand: set[str]


def read_expression(expression):
    """Read an expression as Prometheus would; ValueError where it could not be read."""
    selectors, groups, over_a_time = [], [], []

    def read(part):
        match part:
            case VectorSelector():
                selectors.append((part.name, {matcher.name for matcher in part.matchers.matchers}))
            case MatrixSelector():
                over_a_time.append(part.vector_selector.name)
            case AggregateExpr():
                groups.append(set(part.modifier.labels) if part.modifier else set())

    promql_parser.walk(promql_parser.parse(expression), read)
    names = [name for name, _ in selectors]
    return Asked(selectors, groups, set(Counter(names) - Counter(over_a_time)))


@pytest.mark.slow
@pytest.mark.parametrize("title", EXPRESSIONS)
def test_every_metric_and_label_of_it_is_there_after_a_playlist_was_made(counting_site, title):
    labels_by_name = {name: {label for label, _ in labels} for name, labels in counting_site.scrape()}

    for asked in map(read_expression, EXPRESSIONS[title]):
        assert asked.selectors
        for name, labels in asked.selectors:
            assert name in labels_by_name
            assert labels.union(*asked.groups) <= labels_by_name[name]


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_it_can_be_read_and_asks_of_counters_only_how_they_grow(title):
    for expression in EXPRESSIONS[title]:
        # What they have counted falls when a machine goes.
        assert not {name for name in read_expression(expression).as_they_stand if COUNTER.search(name)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_tells_no_label_that_its_expression_does_not_keep(rule):
    told = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))

    assert told <= set().union(*read_expression(rule["expr"]).groups[:1])


def test_jobs_that_fail_by_what_is_the_listeners_own_wake_nobody():
    [rule] = [rule for rule in RULES if rule["alert"] == "RecommenderJobsFail"]
    [left_out] = re.findall(r'error!~"([^"]*)"', rule["expr"])

    pages = collect_error_pages()
    own = {
        kind.__name__
        for kind, page in ERROR_PAGES.items()
        if kind.__module__ in ("jobs.errors", "recommender.errors") and page.status < 500
    }
    names = set(left_out.split("|"))
    assert own <= names
    assert not [name for name in names if pages[name].status >= 500]


def test_every_alert_says_how_urgent_it_is_and_what_to_do():
    assert all(rule["labels"]["severity"] in ("page", "ticket") for rule in RULES)
    assert all(rule["annotations"].keys() == {"summary", "description"} for rule in RULES)


def test_the_dashboard_asks_the_data_source_that_is_chosen_and_no_panel_lies_on_another():
    places = [tuple(panel["gridPos"][key] for key in "xy") for panel in DASHBOARD["panels"]]

    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
    assert {target["datasource"]["uid"] for panel in DASHBOARD["panels"] for target in panel["targets"]} == {
        "${datasource}"
    }
