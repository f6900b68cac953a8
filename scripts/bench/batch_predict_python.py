"""What `deno task bench-batch-predict` is measured against: six threads of requests and Pillow, batches by NumPy, the same
classifier by OpenCV.

    batch_predict_python.py <list.tsv> <model.onnx> <labels, one a line> <out>
"""

import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy
import requests
from PIL import Image

THREADS, BATCH, SIDE, BEST = 6, 32, 64, 5


def fetch(line):
    name, url = line.split("\t")
    try:
        answer = SESSION.get(url, timeout=30)
        answer.raise_for_status()
        image = Image.open(io.BytesIO(answer.content)).convert("RGB").resize((SIDE, SIDE), Image.BILINEAR)
    except (requests.RequestException, OSError) as error:
        return name, url, str(error)
    return name, url, (numpy.asarray(image, "float32") / 255).transpose(2, 0, 1)


SESSION = requests.Session()
lines = Path(sys.argv[1]).read_text().splitlines()[1:]
labels = Path(sys.argv[3]).read_text().splitlines()
out = Path(sys.argv[4])
(out / "batches").mkdir(parents=True)
model = cv2.dnn.readNetFromONNX(sys.argv[2])
cv2.setNumThreads(1)
found = {}
batch = []


def finish(batch, number):
    images = numpy.stack([image for _, _, image in batch])
    numpy.save(out / "batches" / f"{number:06}.npy", images)
    model.setInput(images)
    for (name, url, _), scores in zip(batch, model.forward()):
        best = scores.argsort()[::-1][:BEST]
        predictions = [{"label": labels[at], "score": round(float(scores[at]), 4)} for at in best]
        found[name] = {"url": url, "predictions": predictions}


with ThreadPoolExecutor(THREADS) as pool:
    number = 0
    for name, url, image in pool.map(fetch, lines):
        if isinstance(image, str):
            found[name] = {"url": url, "error": image}
            continue
        batch.append((name, url, image))
        if len(batch) == BATCH:
            number += 1
            finish(batch, number)
            batch = []
    if batch:
        finish(batch, number + 1)
(out / "predictions.json").write_text(json.dumps(found))
