"""How far texts lie from others."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from inlet_training.data.documents import read_development_documents
from inlet_training.data.sentences import read_training_sentences
from inlet_training.drift.embedding import distance_columns, distances, embed, embed_sentences
from inlet_training.drift.instances import Instances, described_as_floats
from inlet_training.drift.predictions import compare_with_reference, make_tables
from inlet_training.errors import InputError
from inlet_training.evaluate.summaries import split_sentences
from inlet_training.export.reference import make_reference
from inlet_training.preprocess.text_descriptors import describe_text


@pytest.fixture(scope="module")
def opinions() -> list[str]:
    """Short texts in an order that says nothing."""
    texts = read_training_sentences().texts
    chosen = np.random.default_rng(1).permutation(len(texts))[:240]
    return [texts[index] for index in chosen]


@pytest.fixture(scope="module")
def news() -> list[str]:
    documents = read_development_documents()[:20]
    return [sentence for one in documents for sentence in split_sentences(one["text"])][:60]


def test_texts_of_another_kind_are_farther_and_alike_ones_are_not(opinions, news):
    before, after = distance_columns(opinions[:160], opinions[160:] + news)
    assert np.isnan(before[::2]).all() and np.isfinite(before[1::2]).all()
    alike, other = after[:80], after[80:]
    assert ks_2samp(before[1::2], alike).pvalue > 0.05
    assert ks_2samp(before[1::2], other).pvalue < 1e-3
    assert other.mean() > alike.mean()


def test_the_distance_is_a_column_beside_the_descriptors(opinions):
    texts = opinions[:20]
    instances = Instances([{"words": float(len(text.split()))} for text in texts], texts)
    tables = make_tables(instances, instances, with_embedding=True)
    assert tables.columns == ["words", "embedding_distance"]
    assert tables.numbers == tables.columns


def test_sentences_are_embedded_one_by_one():
    embeddings = embed_sentences(["The tram is late. It rains.", "It rains."])
    assert embeddings.shape == (3, 384)
    np.testing.assert_allclose(distances(embeddings, embeddings[1] * 5)[1:], 0, atol=1e-6)


def recorded(texts: list[str]) -> Instances:
    return Instances([described_as_floats(describe_text(text)) for text in texts], texts)


def test_texts_are_held_against_the_embeddings_of_a_reference(opinions, news):
    learnt = recorded(opinions[:160])
    reference = make_reference(learnt.to_frame(), embeddings=embed(learnt.texts, "learnt"))
    results = [
        compare_with_reference(
            reference, recorded(live), True, None, 1.0, ["embedding_distance"], 0.05
        )
        for live in (opinions[160:], news)
    ]
    assert [result.exit_code for result in results] == [0, 1]
    assert all(result.columns[-1].column == "embedding_distance" for result in results)


def test_a_reference_without_embeddings_is_named(opinions):
    live = recorded(opinions)
    with pytest.raises(InputError, match="the reference keeps none"):
        compare_with_reference(make_reference(live.to_frame()), live, True, None, 1.0, [], 0.05)
