"""Sentiment: trains both versions and writes their card."""

from .card import write_card
from .tokenizer_golden import write_tokenizer_golden
from .train_sentiment_linear import VERSION as LINEAR
from .train_sentiment_linear import train_sentiment_linear
from .train_sentiment_transformer import VERSION as TRANSFORMER
from .train_sentiment_transformer import train_sentiment_transformer


def write_sentiment_card(versions: dict) -> None:
    """Writes the card of the given versions' facts."""
    write_card(
        "sentiment",
        {
            "title": "Sentiment of English text",
            "task": "text-classification",
            "description": "Says whether a short English text speaks well or badly of its subject.",
            "aliases": ["sentiment-analysis"],
            "default_version": TRANSFORMER,
            "versions": versions,
        },
    )


def train_sentiment() -> None:
    """Trains, measures and writes both versions, their golden sets and their card."""
    write_sentiment_card(
        {LINEAR: train_sentiment_linear(), TRANSFORMER: train_sentiment_transformer()}
    )
    write_tokenizer_golden()
