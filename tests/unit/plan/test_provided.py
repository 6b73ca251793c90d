"""What the answers of providers and of the model runner change."""

import pytest

from composer.errors import PlanError
from composer.plan.oneoff import one_off
from composer.plan.policy import UpPolicy
from composer.plan.provided import with_answers
from tests.unit.plan.stage import empty, project_of

TEXT = """
    services:
      my-db: {provider: {type: maker}}
      web: {image: app, depends_on: [my-db], environment: {MY-DB_URL: own, A: b}}
      other: {image: app}
      chat: {image: app, models: [my-llm]}
      talk: {image: app, models: {my-llm: {endpoint_var: ENDPOINT}}}
    models: {my-llm: {model: ai/small}}
"""


def test_variables_reach_those_that_depend_on_the_service() -> None:
    made = with_answers(project_of(TEXT), {"provide my-db": {"URL": "told"}})
    assert made.services["web"].environment == {"MY-DB_URL": "told", "A": "b"}
    assert made.services["other"].environment == {}


def test_a_provided_service_is_not_run_and_its_provider_is_not_asked() -> None:
    project = project_of(TEXT)
    with pytest.raises(PlanError, match="my-db is brought by a provider"):
        one_off(project, empty(project), UpPolicy(), "my-db")
    assert "provide my-db" in one_off(project, empty(project), UpPolicy(), "web").text()


def test_models_have_names_of_their_own() -> None:
    answer = {"URL": "http://m", "MODEL": "ai/small"}
    made = with_answers(project_of(TEXT), {"model my-llm": answer})
    assert made.services["chat"].environment == {
        "MY_LLM_URL": "http://m",
        "MY_LLM_MODEL": "ai/small",
    }
    assert made.services["talk"].environment == {"ENDPOINT": "http://m", "MY_LLM_MODEL": "ai/small"}
