"""Trains the demo classifier on painted scenes, with nothing but NumPy, and writes its weights.

    train.py <folder with train_*.npy and test.npy> <out.bin> <out.json>
"""

import json
import sys
from pathlib import Path

import numpy as np

SIDE, BATCH, EPOCHS, RATE, DECAY = 64, 64, 24, 2e-3, 1e-4
# Kernel, stride and channels of each convolution; each pads by half its kernel, and a ReLU follows.
LAYERS = [(5, 2, 16), (3, 2, 32), (3, 2, 48)]
POOL = 4
chance = np.random.default_rng(7)


def windows(values, kernel, stride):
    """Images [n, h, w, c] to rows of what each place of a convolution sees [n * h' * w', kernel * kernel * c]."""
    pad = kernel // 2
    padded = np.pad(values, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))[:, ::stride, ::stride]
    count, height, width = seen.shape[:3]
    return seen.transpose(0, 1, 2, 4, 5, 3).reshape(count * height * width, -1), (count, height, width)


def spread(rows, shape, kernel, stride, before):
    """The reverse for gradients: what rows of windows add to the image that they were cut from."""
    count, height, width = shape
    pad = kernel // 2
    values = np.zeros((count, before[1] + 2 * pad, before[2] + 2 * pad, before[3]), "float32")
    rows = rows.reshape(count, height, width, kernel, kernel, before[3])
    for down in range(kernel):
        for across in range(kernel):
            values[:, down : down + stride * height : stride, across : across + stride * width : stride] += rows[
                :, :, :, down, across
            ]
    return values[:, pad:-pad, pad:-pad]


def new_weights(kinds):
    weights, channels, side = [], 3, SIDE
    for kernel, stride, outputs in LAYERS:
        fan = kernel * kernel * channels
        weights += [chance.normal(0, np.sqrt(2 / fan), (fan, outputs)), np.zeros(outputs)]
        channels, side = outputs, side // stride
    places = (side // POOL) ** 2
    weights += [chance.normal(0, np.sqrt(1 / (places * channels)), (places * channels, kinds)), np.zeros(kinds)]
    return [weight.astype("float32") for weight in weights]


def forward(images, weights):
    values, kept = images, []
    for index, (kernel, stride, _) in enumerate(LAYERS):
        rows, shape = windows(values, kernel, stride)
        out = np.maximum(rows @ weights[2 * index] + weights[2 * index + 1], 0).reshape(*shape, -1)
        kept.append((values.shape, rows, shape, out))
        values = out
    count, side, _, channels = values.shape
    cells = side // POOL
    pooled = values.reshape(count, cells, POOL, cells, POOL, channels).mean((2, 4)).reshape(count, -1)
    return pooled @ weights[-2] + weights[-1], kept, pooled


def backward(error, weights, kept, pooled):
    gradients = [pooled.T @ error, error.sum(0)]
    shape = kept[-1][3].shape
    cells = shape[1] // POOL
    flow = (error @ weights[-2].T).reshape(shape[0], cells, 1, cells, 1, shape[3]) / POOL**2
    flow = np.broadcast_to(flow, (shape[0], cells, POOL, cells, POOL, shape[3])).reshape(shape)
    for index in reversed(range(len(LAYERS))):
        before, rows, places, out = kept[index]
        flow = (flow * (out > 0)).reshape(len(rows), -1)
        gradients = [rows.T @ flow, flow.sum(0)] + gradients
        if index > 0:
            kernel, stride, _ = LAYERS[index]
            flow = spread(flow @ weights[2 * index].T, places, kernel, stride, before)
    return gradients


def worn(images):
    """Pictures of 0 to 255 as other cameras would show them: mirrored, moved, in other light and colours."""
    images = images.astype("float32")
    mirrored = chance.random(len(images)) < 0.5
    images[mirrored] = images[mirrored, :, ::-1]
    padded = np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)), mode="edge")
    for index, (down, across) in enumerate(chance.integers(0, 9, (len(images), 2))):
        images[index] = padded[index, down : down + SIDE, across : across + SIDE]
    mean = images.mean((1, 2, 3), keepdims=True)
    contrast = chance.uniform(0.85, 1.15, (len(images), 1, 1, 1))
    light = chance.uniform(0.9, 1.1, (len(images), 1, 1, 3))
    return np.clip(((images - mean) * contrast + mean) * light, 0, 255).astype("float32") / 255


def shares(scores):
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def load(paths):
    """Pictures [n, 64, 64, 3] and the numbers of their kinds [n]."""
    parts = [np.load(path) for path in paths]
    images = np.concatenate([part.reshape(-1, SIDE, SIDE, 3) for part in parts])
    kinds = np.concatenate([np.repeat(np.arange(part.shape[0]), part.shape[1]) for part in parts])
    return images, kinds


def train(images, kinds, count):
    weights = new_weights(count)
    means, squares = ([np.zeros_like(weight) for weight in weights] for _ in range(2))
    steps = EPOCHS * (len(images) // BATCH)
    for step in range(steps):
        if step % (len(images) // BATCH) == 0:
            order = chance.permutation(len(images))
        picks = order[(step % (len(images) // BATCH)) * BATCH :][:BATCH]
        scores, kept, pooled = forward(worn(images[picks]), weights)
        error = shares(scores)
        loss = -np.log(error[np.arange(BATCH), kinds[picks]] + 1e-9).mean()
        error[np.arange(BATCH), kinds[picks]] -= 1
        rate = RATE * min(1, (step + 1) / 50) * (1 - step / steps)
        for index, gradient in enumerate(backward(error / BATCH, weights, kept, pooled)):
            means[index] = 0.9 * means[index] + 0.1 * gradient
            squares[index] = 0.99 * squares[index] + 0.01 * gradient**2
            grown = means[index] / (1 - 0.9 ** (step + 1)), squares[index] / (1 - 0.99 ** (step + 1))
            weights[index] -= (rate * (grown[0] / (np.sqrt(grown[1]) + 1e-8) + DECAY * weights[index])).astype("float32")
        if step % 40 == 0:
            print(f"step {step} of {steps}: loss {loss:.3f}", flush=True)
    return weights


folder, out, figures = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
images, kinds = load(sorted(folder.glob("train_*.npy")))
unseen, truth = load([folder / "test.npy"])
weights = train(images, kinds, truth.max() + 1)
found = forward(unseen.astype("float32") / 255, weights)[0].argmax(1)
table = [[int(((truth == row) & (found == column)).sum()) for column in range(truth.max() + 1)] for row in range(truth.max() + 1)]
Path(out).write_bytes(b"".join(weight.astype("<f4").tobytes() for weight in weights))
Path(figures).write_text(
    json.dumps(
        {
            "layers": LAYERS,
            "pool": POOL,
            "shapes": [weight.shape for weight in weights],
            "trained_on": len(images),
            "unseen": len(unseen),
            "accuracy": float((found == truth).mean()),
            "confusion": table,
        }
    )
)
print(f"accuracy on {len(unseen)} unseen pictures: {(found == truth).mean():.3f}")
