"""Plain perceptual hashes, as the package `imagehash` makes them: 32x32, DCT, 8x8 lowest, above their median.

Reads paths from standard input, one a line; prints 16 hexadecimal digits for each."""
import sys

import numpy
from PIL import Image


def dct_matrix(size):
    """Type II, unscaled, as scipy.fftpack.dct has it."""
    frequency, place = numpy.mgrid[0:size, 0:size]
    return 2 * numpy.cos(numpy.pi * frequency * (2 * place + 1) / (2 * size))


MATRIX = dct_matrix(32)


def plain_phash(path):
    image = Image.open(path).convert("L").resize((32, 32), Image.LANCZOS)
    lowest = (MATRIX @ numpy.asarray(image, float) @ MATRIX.T)[:8, :8]
    bits = (lowest > numpy.median(lowest)).flatten()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


if __name__ == "__main__":
    for line in sys.stdin:
        print(plain_phash(line.rstrip("\n")))
