"""Fine-tunes the encoder with a linear head on labelled sentences, in JAX on the CPU."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .encoder import (
    LAYERS,
    LENGTHS,
    UNITS,
    Parameters,
    apply_dense,
    drop,
    encode_tokens,
    mean_pool,
)
from .tokenize import pad


@dataclass(frozen=True)
class Schedule:
    """How the encoder is tuned; chosen on a validation split of the training sentences."""

    epochs: int = 3
    batch: int = 16
    learning_rate: float = 1.5e-4
    head_learning_rate: float = 1e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warm_up: float = 0.1
    # The learning rate's last share: it falls as a cosine and not to 0, for the mean to mean much.
    last_share: float = 0.3
    dropout: float = 0.1
    label_smoothing: float = 0.05
    # The answer is a running mean of the weights, moved every few steps (Polyak averaging).
    mean_kept: float = 0.98
    mean_interval: int = 4
    seed: int = 1


def batches(
    rows: list[list[int]], labels: np.ndarray, size: int, generator: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Shuffled batches of ids, mask and labels; rows of like length stand together."""
    order = generator.permutation(len(rows))
    pool = size * 16
    groups = []
    for start in range(0, len(order), pool):
        by_length = sorted(order[start : start + pool], key=lambda index: len(rows[index]))
        groups += [by_length[first : first + size] for first in range(0, len(by_length), size)]
    whole = [group for group in groups if len(group) == size]
    for index in generator.permutation(len(whole)):
        chosen = [rows[row] for row in whole[index]]
        longest = max(map(len, chosen))
        length = next(length for length in LENGTHS if length >= longest)
        yield *pad(chosen, length), labels[whole[index]]


def learning_rates(parameters: Parameters, schedule: Schedule) -> Parameters:
    """The share of the learning rate of every array: smaller towards the input."""

    def constant(tree: Any, value: float) -> Any:
        return jax.tree.map(lambda _: value, tree)

    decay = schedule.layer_decay
    return {
        "words": decay ** (LAYERS + 1),
        "positions": decay ** (LAYERS + 1),
        "norm": constant(parameters["norm"], decay ** (LAYERS + 1)),
        "layers": [
            constant(layer, decay ** (LAYERS - index))
            for index, layer in enumerate(parameters["layers"])
        ],
        "head": constant(parameters["head"], schedule.head_learning_rate / schedule.learning_rate),
    }


def new_head(seed: int) -> Parameters:
    """A linear layer to two classes, small random weights."""
    generator = np.random.default_rng(seed)
    weight = generator.normal(0, 0.02, (UNITS, 2)).astype(np.float32)
    return {"weight": weight, "bias": np.zeros(2, np.float32)}


def fine_tune(
    parameters: Parameters,
    rows: list[list[int]],
    labels: np.ndarray,
    schedule: Schedule,
    report: Callable[[int, Parameters], None] | None = None,
) -> Parameters:
    """Returns the mean of the tuned parameters, with a head, over the last steps.

    report(epoch, mean) is called after each epoch.
    """
    parameters = jax.tree.map(jnp.asarray, {**parameters, "head": new_head(schedule.seed)})
    steps = len(rows) // schedule.batch * schedule.epochs
    shares = learning_rates(parameters, schedule)
    rate = optax.warmup_cosine_decay_schedule(
        init_value=0.0,
        peak_value=schedule.learning_rate,
        warmup_steps=int(steps * schedule.warm_up),
        decay_steps=steps,
        end_value=schedule.learning_rate * schedule.last_share,
    )
    optimizer = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.scale_by_adam(),
        optax.add_decayed_weights(
            schedule.weight_decay, mask=jax.tree.map(lambda array: array.ndim > 1, parameters)
        ),
        optax.stateless(lambda updates, _: jax.tree.map(jnp.multiply, updates, shares)),
        optax.scale_by_learning_rate(rate),
    )

    def loss(parameters: Parameters, ids: Any, mask: Any, labels: Any, key: Any) -> jax.Array:
        inner, outer = jax.random.split(key)
        states = encode_tokens(parameters, ids, mask, inner, schedule.dropout)
        pooled = drop(mean_pool(states, mask), outer, schedule.dropout)
        logits = apply_dense(parameters["head"], pooled)
        targets = optax.smooth_labels(jax.nn.one_hot(labels, 2), schedule.label_smoothing)
        return optax.softmax_cross_entropy(logits, targets).mean()

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(parameters, state, ids, mask, labels, key):
        value, gradients = jax.value_and_grad(loss)(parameters, ids, mask, labels, key)
        updates, state = optimizer.update(gradients, state, parameters)
        return optax.apply_updates(parameters, updates), state, value

    @partial(jax.jit, donate_argnums=0)
    def move(mean, parameters):
        share = 1 - schedule.mean_kept
        return jax.tree.map(lambda old, new: old + share * (new - old), mean, parameters)

    state = optimizer.init(parameters)
    mean = jax.tree.map(jnp.copy, parameters)
    generator = np.random.default_rng(schedule.seed)
    key = jax.random.key(schedule.seed, impl="rbg")
    count = 0
    for epoch in range(schedule.epochs):
        started, losses = time.monotonic(), []
        for ids, mask, batch_labels in batches(rows, labels, schedule.batch, generator):
            count += 1
            parameters, state, value = step(
                parameters, state, ids, mask, batch_labels, jax.random.fold_in(key, count)
            )
            losses.append(value)
            if count % schedule.mean_interval == 0:
                mean = move(mean, parameters)
            if count % 100 == 0:
                print(f"fine-tuning: step {count} of about {steps}", flush=True)
        seconds = time.monotonic() - started
        print(
            f"fine-tuning: epoch {epoch + 1} of {schedule.epochs}, "
            f"loss {np.mean(losses):.3f}, {seconds:.0f} s",
            flush=True,
        )
        if report is not None:
            report(epoch + 1, mean)
    return jax.tree.map(np.asarray, mean)
