"""The loader's baseline: photos decoded, cropped, resized and flipped with Pillow, by one thread.

    python3 decode_resize.py FOLDER SECONDS

Each photo is opened, made RGB, cropped to a random 20 to 100 % of its area (sides 3:4 to 4:3), resized to 224x224 (bicubic) and mirrored half of the time,
as MAE prepares images. Prints the images and the seconds of the processor that they took, after one pass that warms the file cache.
"""
import math
import random
import sys
import time
from pathlib import Path

from PIL import Image

SIZE = 224
MIRROR = getattr(Image, "Transpose", Image).FLIP_LEFT_RIGHT
BICUBIC = getattr(Image, "Resampling", Image).BICUBIC


def box_of(width, height, draw):
    """A random box as torchvision's RandomResizedCrop draws it: ten tries, then the middle."""
    for _ in range(10):
        area = width * height * draw.uniform(0.2, 1.0)
        aspect = math.exp(draw.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            left, top = draw.randint(0, width - w), draw.randint(0, height - h)
            return left, top, left + w, top + h
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side


def prepare(path, draw):
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    image = image.resize((SIZE, SIZE), BICUBIC, box=box_of(*image.size, draw))
    if draw.random() < 0.5:
        image = image.transpose(MIRROR)
    return image.tobytes()


def main(folder, seconds):
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    draw = random.Random(1)
    for path in paths:
        prepare(path, draw)
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        prepare(paths[count % len(paths)], draw)
        count += 1
    print(count, time.process_time() - start)


main(sys.argv[1], float(sys.argv[2]))
