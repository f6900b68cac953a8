"""Trains the demo model on painted pictures and writes it as ONNX. How to run it: README.md beside this file."""

import argparse
import copy
import math
import time

import onnx
import torch
from torch.nn import functional

from model import HEIGHT, LABELS, STRIDES, WIDTH, Detector, Exported, cells_of
from pictures import Pictures, load_list

TOP_CELLS = 9
SMALL = (320, 192)


def overlap(boxes, others):
    """Generalised intersection over union, -1 to 1, and the plain one, of corners [..., 4] with corners [..., 4]."""
    near = torch.maximum(boxes[..., :2], others[..., :2])
    far = torch.minimum(boxes[..., 2:], others[..., 2:])
    shared = (far - near).clamp(min=0).prod(-1)
    area = lambda corners: (corners[..., 2:] - corners[..., :2]).clamp(min=0).prod(-1)
    union = area(boxes) + area(others) - shared + 1e-6
    hull = torch.maximum(boxes[..., 2:], others[..., 2:]) - torch.minimum(boxes[..., :2], others[..., :2])
    hull = hull.clamp(min=0).prod(-1) + 1e-6
    return shared / union - (hull - union) / hull, shared / union


def assigned(scores, boxes, truth, middles, strides):
    """Which cells learn which things, by how well they tell of them already (TOOD, arXiv 2108.07755).

    `scores` [cells, classes] and `boxes` [cells, 4] are what the network says, `truth` [things, 5] what is there.
    Gives wanted scores [cells, classes], and the thing of each cell, -1 for none.
    """
    wanted = torch.zeros_like(scores)
    if len(truth) == 0:
        return wanted, torch.full((len(scores),), -1)
    kinds, corners = truth[:, 0].long(), truth[:, 1:]
    middle, half = (corners[:, :2] + corners[:, 2:]) / 2, (corners[:, 2:] - corners[:, :2]) / 2
    across = (middles[None, :, 0] - middle[:, None, 0]).abs() < torch.maximum(half[:, :1], strides * 0.55)
    down = (middles[None, :, 1] - middle[:, None, 1]).abs() < torch.maximum(half[:, 1:], strides * 0.55)
    inside = across & down
    near = inside.any(0).nonzero()[:, 0]
    inside = inside[:, near]
    iou = overlap(boxes[None, near], corners[:, None])[1] * inside
    fit = scores[near][:, kinds].T.clamp(min=1e-6).sqrt() * iou.clamp(min=0.01) ** 4 * inside
    best, cells = fit.topk(min(TOP_CELLS, len(near)), dim=1)
    chosen = torch.zeros_like(fit).scatter_(1, cells, (best > 0).float()) * fit
    strength, of = chosen.max(0)
    taken = (strength > 0).nonzero()[:, 0]
    strength, of = strength[taken], of[taken]
    best_fit = torch.zeros(len(truth)).scatter_reduce_(0, of, strength, "amax")
    best_iou = torch.zeros(len(truth)).scatter_reduce_(0, of, iou[of, taken], "amax").clamp(min=0.7)
    wanted[near[taken], kinds[of]] = strength / best_fit[of].clamp(min=1e-12) * best_iou[of]
    thing = torch.full((len(scores),), -1)
    thing[near[taken]] = of
    return wanted, thing


def loss_of(scores, sides, truth, middles, strides):
    scores, sides = scores.transpose(1, 2), sides.transpose(1, 2)
    boxes = torch.cat([middles - sides[..., :2], middles + sides[..., 2:]], -1)
    wants, misses, total = [], [], 0.0
    with torch.no_grad():
        found = [
            assigned(score.sigmoid(), box, things[things[:, 0] >= 0], middles, strides)
            for score, box, things in zip(scores.detach(), boxes.detach(), truth)
        ]
    for (wanted, thing), box, things in zip(found, boxes, truth):
        taken = (thing >= 0).nonzero()[:, 0]
        weight = wanted[taken].sum(-1)
        misses.append(((1 - overlap(box[taken], things[thing[taken], 1:])[0]) * weight).sum())
        wants.append(wanted)
        total += float(weight.sum())
    wants = torch.stack(wants)
    chance = scores.detach().sigmoid()
    focus = torch.where(wants > 0, torch.ones_like(chance), 0.25 + 0.75 * chance)
    kinds = (functional.binary_cross_entropy_with_logits(scores, wants, reduction="none") * focus).sum()
    return kinds / max(total, 1.0), sum(misses) / max(total, 1.0)


def write_onnx(detector, path):
    detector = copy.deepcopy(detector).eval()
    images = torch.zeros(1, 3, HEIGHT, WIDTH)
    torch.onnx.export(
        Exported(detector).eval(), images, path, opset_version=13, input_names=["images"], output_names=["output0"]
    )
    graph = onnx.load(path)
    names = "{" + ", ".join(f"{index}: '{label}'" for index, label in enumerate(LABELS)) + "}"
    facts = {"names": names, "stride": str(max(STRIDES) * 2), "author": "Framewright", "task": "detect"}
    for key, value in facts.items():
        graph.metadata_props.add(key=key, value=value)
    onnx.save(graph, path)


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--data", nargs="+", required=True, help="folders; a + joins those of one kind")
    ask.add_argument("--out", required=True, help="path without ending: .pt and .onnx are added")
    ask.add_argument("--minutes", type=float, default=25)
    ask.add_argument("--steps", type=int, default=2400)
    ask.add_argument("--batch", type=int, default=16)
    ask.add_argument("--rate", type=float, default=3e-3)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--threads", type=int, default=2)
    ask.add_argument("--start", help="weights to go on from")
    ask.add_argument("--small", type=float, default=0.5, help="share of the time spent on small pictures, which go faster")
    asked = ask.parse_args()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    torch.set_flush_denormal(True)
    detector = Detector()
    print("parameters:", sum(values.numel() for values in detector.parameters()), flush=True)
    if asked.start:
        detector.load_state_dict(torch.load(asked.start))
    train(detector, asked)


def train(detector, asked):
    decayed = [value for value in detector.parameters() if value.ndim > 1]
    plain = [value for value in detector.parameters() if value.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=asked.rate)
    smooth = copy.deepcopy(detector)
    begun, sums = time.time(), [0.0, 0.0]
    samples, is_small = None, None
    for step in range(asked.steps):
        done = max(step / asked.steps, (time.time() - begun) / 60 / asked.minutes)
        if done >= 1:
            break
        if is_small != (done < asked.small):
            is_small = done < asked.small
            size = SMALL if is_small else (WIDTH, HEIGHT)
            samples = samples_of(asked, asked.seed + is_small, size)
            middles, strides = cells_of(*size)
        images, truth = next(samples)
        rate = asked.rate * min(1, (step + 1) / 60) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        kinds, sides = loss_of(*detector(images.float() / 255), truth, middles, strides)
        optimizer.zero_grad()
        (kinds + 6 * sides).backward()
        torch.nn.utils.clip_grad_norm_(detector.parameters(), 10.0)
        optimizer.step()
        follow(smooth, detector, min(0.996, (step + 1) / (step + 10)))
        sums = [sums[0] + kinds.item(), sums[1] + sides.item()]
        if step % 20 == 19:
            minutes = (time.time() - begun) / 60
            print(f"{step + 1} kinds {sums[0] / 20:.3f} sides {sums[1] / 20:.3f} {minutes:.1f} minutes", flush=True)
            sums = [0.0, 0.0]
        if step % 100 == 99:
            save(smooth, asked.out)
    save(smooth, asked.out)


def samples_of(asked, seed, size):
    domains = [load_list(folders.split("+")) for folders in asked.data]
    print(f"pictures of {size}:", [len(domain) for domain in domains], flush=True)
    return iter(torch.utils.data.DataLoader(Pictures(domains, seed, size=size), asked.batch, num_workers=1))


def follow(smooth, detector, keep):
    """Moves the averaged weights towards the present ones."""
    with torch.no_grad():
        for (_, mean), (_, value) in zip(smooth.state_dict().items(), detector.state_dict().items()):
            if mean.dtype.is_floating_point:
                mean.mul_(keep).add_(value, alpha=1 - keep)
            else:
                mean.copy_(value)


def save(detector, path):
    torch.save(detector.state_dict(), path + ".pt")
    write_onnx(detector, path + ".onnx")


if __name__ == "__main__":
    main()
