"""The network: a small convolutional detector with three grids of cells, each of which may tell of one thing."""

import torch
from torch import nn

LABELS = ["person", "player", "referee", "ball", "motorbike", "rider", "car"]
WIDTH, HEIGHT = 448, 256
STRIDES = (4, 8, 16)


def conv(inputs, outputs, kernel=3, stride=1, groups=1, pad=None):
    pad = kernel // 2 if pad is None else pad
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, pad, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03),
        nn.ReLU(inplace=True),
    )


def thin(inputs, outputs, kernel=3, stride=1):
    """A convolution of each channel by itself, then of all channels at each place."""
    return nn.Sequential(conv(inputs, inputs, kernel, stride, groups=inputs), conv(inputs, outputs, 1))


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, values):
        return values + self.layers(values)


def dense_block(channels):
    return Residual(conv(channels, channels // 2, 1), conv(channels // 2, channels))


def thin_block(channels):
    return Residual(thin(channels, channels, 5))


class Head(nn.Module):
    """From features to class scores (before the sigmoid) and to the distances of a box's sides in strides."""

    def __init__(self, channels, is_deep=True):
        super().__init__()
        deeper = lambda: [thin(channels, channels)] if is_deep else []
        self.shared = thin(channels, channels)
        self.kinds = nn.Sequential(*deeper(), nn.Conv2d(channels, len(LABELS), 1))
        self.sides = nn.Sequential(*deeper(), nn.Conv2d(channels, 4, 1))
        nn.init.constant_(self.kinds[-1].bias, -5.0)
        nn.init.constant_(self.sides[-1].bias, 0.7)

    def forward(self, features):
        features = self.shared(features)
        return self.kinds(features), self.sides(features)


class Doubled(torch.autograd.Function):
    """Each place four times. Exported as one operator: by itself torch writes the shape down in nine."""

    @staticmethod
    def forward(ctx, values):
        return nn.functional.interpolate(values, scale_factor=2.0, mode="nearest")

    @staticmethod
    def symbolic(graph, values):
        scales = graph.op("Constant", value_t=torch.tensor([1.0, 1.0, 2.0, 2.0]))
        none = graph.op("Constant", value_t=torch.tensor([], dtype=torch.float32))
        how = {"mode_s": "nearest", "coordinate_transformation_mode_s": "asymmetric", "nearest_mode_s": "floor"}
        return graph.op("Resize", values, none, scales, **how)


def doubled(values):
    if torch.onnx.is_in_onnx_export():
        return Doubled.apply(values)
    return nn.functional.interpolate(values, scale_factor=2.0, mode="nearest")


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.to_4 = nn.Sequential(conv(3, 32, 6, 4, pad=1), dense_block(32))
        self.to_8 = nn.Sequential(conv(32, 48, 3, 2), dense_block(48))
        self.to_16 = nn.Sequential(conv(48, 64, 3, 2), dense_block(64), dense_block(64))
        self.to_32 = nn.Sequential(thin(64, 96, 3, 2), thin_block(96), thin_block(96), thin_block(96))
        self.from_32 = conv(96, 48, 1)
        self.from_16 = conv(64, 48, 1)
        self.from_8 = conv(48, 48, 1)
        self.from_4 = conv(32, 24, 1)
        self.mix_16 = conv(48, 48)
        self.mix_8 = thin(48, 48)
        self.to_fine = conv(48, 24, 1)
        self.mix_4 = thin(24, 24)
        self.heads = nn.ModuleList([Head(24, is_deep=False), Head(48), Head(48)])

    def forward(self, images):
        """Images with values of 0 to 1 to scores [batch, classes, cells] and distances [batch, 4, cells] in pixels."""
        at_4 = self.to_4(images)
        at_8 = self.to_8(at_4)
        at_16 = self.to_16(at_8)
        at_32 = self.to_32(at_16)
        wide = self.mix_16(self.from_16(at_16) + doubled(self.from_32(at_32)))
        middle = self.mix_8(self.from_8(at_8) + doubled(wide))
        fine = self.mix_4(self.from_4(at_4) + doubled(self.to_fine(middle)))
        scores, sides = [], []
        for features, head, stride in zip((fine, middle, wide), self.heads, STRIDES):
            kinds, distances = head(features)
            cells = images.shape[2] // stride * (images.shape[3] // stride)
            scores.append(kinds.reshape(len(images), len(LABELS), int(cells)))
            sides.append((distances.clamp(max=5.0).exp() * stride).reshape(len(images), 4, int(cells)))
        return torch.cat(scores, 2), torch.cat(sides, 2)


def cells_of(width, height):
    """Middles of all cells [cells, 2] in pixels, and their strides [cells]."""
    middles, strides = [], []
    for stride in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
        middles.append((torch.stack([x, y], -1).reshape(-1, 2) + 0.5) * stride)
        strides.append(torch.full((len(middles[-1]),), float(stride)))
    return torch.cat(middles).float(), torch.cat(strides)


class Exported(nn.Module):
    """What the ONNX file computes: [1, 4 + classes, cells], boxes as middle and size in pixels, then scores."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector
        self.register_buffer("middles", cells_of(WIDTH, HEIGHT)[0].T[None])

    def forward(self, images):
        scores, sides = self.detector(images)
        near, far = sides[:, :2], sides[:, 2:]
        return torch.cat([self.middles + (far - near) * 0.5, near + far, scores.sigmoid()], 1)
