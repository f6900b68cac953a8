"""A peer for benchmarks: the work of pipelines/motogp.yaml written by hand with Pillow, a process for each core.

    /usr/bin/python3 scripts/bench/motogp_pillow.py <frames> <out> [--draft]

With `--draft`, JPEGs are decoded at half their size where that is enough: faster and softer. Sharp does not do so at this
ratio of sizes, so the plain run is the one that does the same work.
"""

import csv
import json
import os
import random
import sys
from multiprocessing import Pool, cpu_count

from PIL import Image, ImageOps

FRAME = (480, 270)
CENTER = 270
CROP = 80
CROPS = 3
SHARE = 0.8
QUALITY = 90
DRAFT = "--draft" in sys.argv


def places(rng):
    found = []
    while len(found) < CROPS:
        x, y = rng.randint(0, CENTER - CROP), rng.randint(0, CENTER - CROP)
        if all(abs(x - a) >= CROP or abs(y - b) >= CROP for a, b in found):
            found.append((x, y))
    return found


def render(job):
    frames, out, name, split, corners = job
    with Image.open(os.path.join(frames, name)) as image:
        if DRAFT:
            image.draft("RGB", FRAME)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    frame = upright.resize(FRAME, Image.LANCZOS)
    left, top = (FRAME[0] - CENTER) // 2, (FRAME[1] - CENTER) // 2
    center = frame.crop((left, top, left + CENTER, top + CENTER))
    rows = []
    for index, (x, y) in enumerate(corners, 1):
        file_name = f"{os.path.splitext(name)[0]}_crop{index}.jpg"
        center.crop((x, y, x + CROP, y + CROP)).save(os.path.join(out, split, file_name), quality=QUALITY)
        rows.append({"file_name": file_name, "split": split, "source": name, "width": CROP, "height": CROP, "x": x, "y": y})
    return rows


def write_lists(out, rows):
    with open(os.path.join(out, "metadata.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for split in ("train", "test"):
        own = [row for row in rows if row["split"] == split]
        with open(os.path.join(out, split, "metadata.jsonl"), "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in own)
        images = [
            {"id": number, "file_name": row["file_name"], "width": CROP, "height": CROP}
            for number, row in enumerate(own, 1)
        ]
        with open(os.path.join(out, f"instances_{split}.json"), "w") as file:
            json.dump({"images": images, "annotations": [], "categories": []}, file)


def main():
    frames, out = sys.argv[1:3]
    rng = random.Random(1)
    for split in ("train", "test"):
        os.makedirs(os.path.join(out, split), exist_ok=True)
    names = sorted(name for name in os.listdir(frames) if name.lower().endswith((".jpg", ".jpeg")))
    shuffled = rng.sample(names, len(names))
    test = set(shuffled[round(len(names) * SHARE):])
    jobs = [(frames, out, name, "test" if name in test else "train", places(rng)) for name in names]
    with Pool(cpu_count()) as pool:
        rows = [row for made in pool.imap(render, jobs, chunksize=8) for row in made]
    write_lists(out, rows)


if __name__ == "__main__":
    main()
