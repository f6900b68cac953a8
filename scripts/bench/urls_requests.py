"""How images_info was done before: a pool of threads, requests and Pillow.

    /usr/bin/python3 scripts/bench/urls_requests.py <list.tsv> <out.json> [--threads 6]
"""

import argparse
import csv
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import requests
from PIL import Image

local = threading.local()


def session():
    if not hasattr(local, "session"):
        local.session = requests.Session()
    return local.session


def look(row):
    name, url = row
    try:
        answer = session().get(url, timeout=15)
        answer.raise_for_status()
        with Image.open(io.BytesIO(answer.content)) as image:
            info = {
                "image_size": len(answer.content),
                "image_dimension": list(image.size),
                "image_format": image.format,
            }
        return name, {"url": url, "image_info": info}
    except Exception as error:  # one bad URL must not end the others
        return name, {"url": url, "error": str(error)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("list")
    parser.add_argument("out")
    parser.add_argument("--threads", type=int, default=6)
    given = parser.parse_args()
    with open(given.list, newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    with ThreadPoolExecutor(given.threads) as pool:
        found = dict(pool.map(look, rows))
    with open(given.out, "w") as file:
        json.dump(found, file)


main()
