"""A peer for benchmarks: finds objects with YOLOX, written by hand with OpenCV's DNN module, on its own threads.

    /usr/bin/python3 scripts/bench/detect_opencv.py <photos> <weights> <out>
"""

import json
import os
import sys

import cv2
import numpy as np

SIDE = 416
CLASSES = 80
PAD = 114
MIN_SCORE = 0.3
MOST_SHARED = 0.45


def grids():
    """Column, row and stride of each of the model's places, as three columns."""
    parts = []
    for stride in (8, 16, 32):
        rows, columns = np.mgrid[0 : SIDE // stride, 0 : SIDE // stride]
        parts.append(np.stack([columns.ravel(), rows.ravel(), np.full(rows.size, stride)], axis=1))
    return np.concatenate(parts).astype(np.float32)


GRID = grids()


def letterboxed(image):
    """The input of the model, and how many pixels of the photograph are one of the input, across and down."""
    height, width = image.shape[:2]
    scale = min(SIDE / width, SIDE / height)
    size = (round(width * scale), round(height * scale))
    square = np.full((SIDE, SIDE, 3), PAD, np.uint8)
    square[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return cv2.dnn.blobFromImage(square), np.array([width / size[0], height / size[1]], np.float32)


def decoded(output, scale, limits):
    """Boxes as left, top, right, bottom in pixels of the photograph, scores and classes."""
    sure = output[:, 4] >= MIN_SCORE
    rows, grid = output[sure], GRID[sure]
    labels = rows[:, 5:].argmax(axis=1)
    scores = rows[:, 4] * rows[np.arange(len(rows)), 5 + labels]
    good = scores >= MIN_SCORE
    rows, grid, labels, scores = rows[good], grid[good], labels[good], scores[good]
    centers = (rows[:, :2] + grid[:, :2]) * grid[:, 2:]
    halves = np.exp(rows[:, 2:4]) * grid[:, 2:] / 2
    corners = np.stack([centers - halves, centers + halves], axis=1) * scale
    return np.clip(corners, 0, limits).reshape(-1, 4), scores, labels


def suppressed(boxes, scores, labels):
    """Indices of the boxes that stay. Classes are moved apart, so that boxes meet those of their own class only."""
    if len(boxes) == 0:
        return []
    apart = (labels * (boxes.max() + 1))[:, None]
    plain = np.concatenate([boxes[:, :2] + apart, boxes[:, 2:] - boxes[:, :2]], axis=1)
    return np.asarray(cv2.dnn.NMSBoxes(plain.tolist(), scores.tolist(), MIN_SCORE, MOST_SHARED)).ravel()


def looked_at(net, path):
    image = cv2.imread(path)
    blob, scale = letterboxed(image)
    net.setInput(blob)
    height, width = image.shape[:2]
    boxes, scores, labels = decoded(net.forward()[0], scale, np.array([width, height], np.float32))
    kept = suppressed(boxes, scores, labels)
    return (width, height), [(boxes[at].tolist(), float(scores[at]), int(labels[at])) for at in kept]


def main():
    photos, weights, out = sys.argv[1:4]
    net = cv2.dnn.readNetFromONNX(weights)
    names = sorted(name for name in os.listdir(photos) if name.lower().endswith((".jpg", ".jpeg")))
    images, annotations = [], []
    for number, name in enumerate(names, 1):
        (width, height), found = looked_at(net, os.path.join(photos, name))
        images.append({"id": number, "file_name": name, "width": width, "height": height})
        for (left, top, right, bottom), score, label in found:
            box = [left, top, right - left, bottom - top]
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number, "category_id": label + 1, "bbox": box,
                 "area": box[2] * box[3], "iscrowd": 0, "score": score}
            )
    categories = [{"id": label + 1, "name": f"class {label}"} for label in range(CLASSES)]
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "instances.json"), "w") as file:
        json.dump({"images": images, "annotations": annotations, "categories": categories}, file)


if __name__ == "__main__":
    main()
