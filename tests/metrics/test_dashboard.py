"""The dashboard and the alert rules ask for metrics and labels that a running site really has."""

import json
import re
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((DEPLOY / "prometheus-alerts.yaml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
EXPRESSIONS = {
    **{rule["alert"]: [rule["expr"]] for rule in RULES},
    **{panel["title"]: [each["expr"] for each in panel["targets"]] for panel in DASHBOARD["panels"]},
}


def find_selectors(expression):
    """Return the metrics that an expression names, and the labels by which each is selected."""
    found = re.findall(r"\b(recommender_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*(?:=|!=)~?", matchers))) for name, matchers in found]


def find_groups(expression):
    """Return the labels by which an expression groups what it sums."""
    return {label for labels in re.findall(r"\bby \(([^)]*)\)", expression) for label in labels.split(", ")}


@pytest.mark.slow
@pytest.mark.parametrize("title", EXPRESSIONS)
def test_every_metric_and_label_of_it_is_there_after_a_playlist_was_made(counting_site, title):
    labels_by_name = {name: {label for label, _ in labels} for name, labels in counting_site.scrape()}

    for expression in EXPRESSIONS[title]:
        selectors = find_selectors(expression)
        assert selectors
        for name, labels in selectors:
            assert name in labels_by_name
            assert labels | find_groups(expression) <= labels_by_name[name]


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_brackets_close_and_sums_are_of_rates(title):
    for expression in EXPRESSIONS[title]:
        assert [expression.count(bracket) for bracket in "([{"] == [
            expression.count(bracket) for bracket in ")]}"
        ]
        # A sum of counters falls when a machine goes: only rates are added up.
        assert not re.search(r"sum[^(]*\(recommender_\w+_(total|count|sum|bucket)\b", expression)


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
