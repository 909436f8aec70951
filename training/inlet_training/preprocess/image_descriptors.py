"""Numbers that say what a grey image looks like; live images are held against those of training.

The twin of platform/runtime/image-descriptors.ts, which says what each one is. Both are held to
platform/runtime/descriptors.golden.json.
"""

import numpy as np


def describe_image(image: np.ndarray) -> dict[str, float]:
    """The descriptors of one image [height, width] of values from 0 (background) up, by name."""
    height, width = image.shape
    ink = float(image.sum())
    return {
        "ink": ink / image.size,
        "inked_pixels": float((image > 0).mean()),
        "ink_in_upper_half": float(image[: height // 2].sum()) / ink if ink else 0.0,
        "ink_in_left_half": float(image[:, : width // 2].sum()) / ink if ink else 0.0,
    }


def image_descriptors(images: np.ndarray) -> dict[str, np.ndarray]:
    """The descriptors of images [N, height, width], by name: one number [N] for each image."""
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(f"images must be [N, height, width], not {list(images.shape)}")
    described = [describe_image(image) for image in images]
    return {name: np.array([one[name] for one in described], float) for name in described[0]}
