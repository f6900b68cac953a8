"""Painted pictures with their boxes, changed a little each time they are asked for."""

import io
import json
import random
from pathlib import Path

import numpy
import torch
from PIL import Image, ImageEnhance, ImageFilter

from model import HEIGHT, LABELS, WIDTH

PAD = (114, 114, 114)
MOST_BOXES = 80


def load_list(folders):
    """Pairs of a file and its boxes [things, 5]: label, then left, top, right, bottom in pixels."""
    pairs = []
    for folder in folders:
        for line in (Path(folder) / "boxes.jsonl").read_text().splitlines():
            entry = json.loads(line)
            boxes = [
                [LABELS.index(box["label"]), box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]]
                for box in entry["boxes"]
            ]
            pairs.append((Path(folder) / entry["file"], numpy.array(boxes, "float32").reshape(-1, 5)))
    return pairs


def placed(image, boxes, scale, left, top, flip, size):
    """The picture, scaled, on a canvas of `size`, its corner at `left`, `top`; and its boxes there."""
    width, height = image.size
    if scale < 0.8:
        image = image.resize((max(8, round(width * scale)), max(8, round(height * scale))), Image.BOX)
    ratio_x, ratio_y = width * scale / image.size[0], height * scale / image.size[1]
    if flip:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    matrix = (1 / ratio_x, 0, -left / ratio_x, 0, 1 / ratio_y, -top / ratio_y)
    canvas = image.transform(size, Image.AFFINE, matrix, Image.BILINEAR, fillcolor=PAD)
    moved = boxes.copy()
    if flip:
        moved[:, [1, 3]] = width - boxes[:, [3, 1]]
    moved[:, 1:] *= scale
    moved[:, [1, 3]] += left
    moved[:, [2, 4]] += top
    return canvas, moved


def cut(boxes, size, least_share=0.3, least_pixels=2.0):
    """Boxes within a canvas, without those of which too little is left."""
    kept = boxes.copy()
    kept[:, [1, 3]] = kept[:, [1, 3]].clip(0, size[0])
    kept[:, [2, 4]] = kept[:, [2, 4]].clip(0, size[1])
    area = (boxes[:, 3] - boxes[:, 1]) * (boxes[:, 4] - boxes[:, 2])
    sides = numpy.minimum(kept[:, 3] - kept[:, 1], kept[:, 4] - kept[:, 2])
    left = (kept[:, 3] - kept[:, 1]) * (kept[:, 4] - kept[:, 2])
    return kept[(left > least_share * area) & (sides >= least_pixels)]


def fitted(image, boxes, size, chance):
    """The whole picture, now and then smaller or a part of it."""
    fit = min(size[0] / image.size[0], size[1] / image.size[1])
    scale = fit * (1.0 if chance.random() < 0.35 else chance.uniform(0.6, 1.7))
    free_x, free_y = size[0] - image.size[0] * scale, size[1] - image.size[1] * scale
    left, top = free_x * chance.uniform(0.2, 0.8), free_y * chance.uniform(0.2, 0.8)
    canvas, moved = placed(image, boxes, scale, left, top, chance.random() < 0.5, size)
    return canvas, cut(moved, size)


def tiled(pairs, size, chance):
    """Four pictures side by side, so that more is in one, and smaller."""
    canvas = Image.new("RGB", size, PAD)
    half = (size[0] // 2, size[1] // 2)
    found = []
    for index, (image, boxes) in enumerate(pairs):
        part, moved = fitted(image, boxes, half, chance)
        corner = (half[0] * (index % 2), half[1] * (index // 2))
        canvas.paste(part, corner)
        moved[:, [1, 3]] += corner[0]
        moved[:, [2, 4]] += corner[1]
        found.append(moved)
    return canvas, numpy.concatenate(found)


def worn(image, chance):
    """Other light and colours, blur, compression."""
    image = ImageEnhance.Brightness(image).enhance(chance.uniform(0.65, 1.3))
    image = ImageEnhance.Contrast(image).enhance(chance.uniform(0.75, 1.25))
    image = ImageEnhance.Color(image).enhance(chance.uniform(0.5, 1.4))
    if chance.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.0)))
    if chance.random() < 0.25:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=chance.randint(35, 85))
        image = Image.open(file)
    return image


class Pictures(torch.utils.data.IterableDataset):
    """Endless samples: an image [3, height, width] of 0 to 255, and boxes [MOST_BOXES, 5] filled up with label -1."""

    def __init__(self, domains, seed, tiles=0.15, size=(WIDTH, HEIGHT)):
        self.domains, self.seed, self.tiles, self.size = domains, seed, tiles, size

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        chance = random.Random(self.seed * 100 + (worker.id if worker else 0))
        while True:
            yield self.sample(chance)

    def sample(self, chance):
        domain = chance.choice(self.domains)
        picks = [chance.choice(domain) for _ in range(4 if chance.random() < self.tiles else 1)]
        pairs = [(Image.open(file).convert("RGB"), boxes) for file, boxes in picks]
        image, boxes = tiled(pairs, self.size, chance) if len(pairs) == 4 else fitted(*pairs[0], self.size, chance)
        values = numpy.asarray(worn(image, chance), "uint8")
        full = numpy.full((MOST_BOXES, 5), -1, "float32")
        full[: len(boxes)] = boxes[:MOST_BOXES]
        return torch.from_numpy(values.copy()).permute(2, 0, 1), torch.from_numpy(full)
