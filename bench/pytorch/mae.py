#!/usr/bin/env python3
"""Images a second of pre-training a masked autoencoder (He et al. 2022) in PyTorch: the baseline that the library is measured against.

One process, one device, synthetic bytes that already lie there: nothing is measured but the step (scale, patchify, mask, encoder on the visible patches,
decoder on all, loss on the masked ones, backward, AdamW). Every patch is embedded and every position predicted, as the method is usually written down.
Runs with torch 1.13 to the present; what a newer torch has (fused attention, fused AdamW, compile) is used where it is there. The last line is "images/s: X".
"""

import argparse
import contextlib
import time

import torch
import torch.nn.functional as F
from torch import nn

PIXEL_MEAN, PIXEL_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HAS_FUSED_ATTENTION = hasattr(F, "scaled_dot_product_attention")


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if HAS_FUSED_ATTENTION:
            mixed = F.scaled_dot_product_attention(q, k, v)
        else:
            mixed = (q * q.shape[-1] ** -0.5 @ k.transpose(-2, -1)).softmax(-1) @ v
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


def transformer(width, depth, heads):
    return nn.Sequential(*(Block(width, heads) for _ in range(depth)), nn.LayerNorm(width, eps=1e-6))


def sine_positions(grid, width):
    """[1, 1 + grid * grid, width]: sine and cosine of the column, then of the row; the class token's row is zero."""
    frequencies = 10000.0 ** (-torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    angles = torch.arange(grid, dtype=torch.float64)[:, None] * frequencies
    along = torch.cat([angles.sin(), angles.cos()], dim=1)
    table = torch.cat([along.repeat(grid, 1), along.repeat_interleave(grid, dim=0)], dim=1)
    return torch.cat([torch.zeros(1, width, dtype=torch.float64), table]).float()[None]


class MaskedAutoencoder(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.patch, grid = args.patch_size, args.image_size // args.patch_size
        self.kept = int(grid * grid * (1 - args.mask_ratio))
        patch_length = 3 * self.patch**2
        self.patch_embed = nn.Linear(patch_length, args.width)
        self.cls_token = nn.Parameter(0.02 * torch.randn(1, 1, args.width))
        self.mask_token = nn.Parameter(0.02 * torch.randn(1, 1, args.decoder_width))
        self.blocks = transformer(args.width, args.depth, args.heads)
        self.decoder_embed = nn.Linear(args.width, args.decoder_width)
        self.decoder_blocks = transformer(args.decoder_width, args.decoder_depth, args.decoder_heads)
        self.decoder_pred = nn.Linear(args.decoder_width, patch_length)
        self.register_buffer("positions", sine_positions(grid, args.width))
        self.register_buffer("decoder_positions", sine_positions(grid, args.decoder_width))
        self.register_buffer("mean", 255 * torch.tensor(PIXEL_MEAN))
        self.register_buffer("std", 255 * torch.tensor(PIXEL_STD))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def patchify(self, images):
        """uint8 [B, H, W, 3] to scaled patches [B, N, P * P * 3]."""
        batch, side, p = images.shape[0], images.shape[1] // self.patch, self.patch
        pixels = (images.float() - self.mean) / self.std
        return pixels.view(batch, side, p, side, p, 3).transpose(2, 3).reshape(batch, side * side, -1)

    def forward(self, images):
        patches = self.patchify(images)
        batch, count, _ = patches.shape
        order = torch.rand(batch, count, device=images.device).argsort(dim=1)
        restore = order.argsort(dim=1)

        x = self.patch_embed(patches) + self.positions[:, 1:]
        x = x.gather(1, order[:, : self.kept, None].expand(-1, -1, x.shape[-1]))
        x = torch.cat([(self.cls_token + self.positions[:, :1]).expand(batch, -1, -1).to(x.dtype), x], dim=1)
        x = self.decoder_embed(self.blocks(x))

        masked = self.mask_token.expand(batch, count - self.kept, -1).to(x.dtype)
        tokens = torch.cat([x[:, 1:], masked], dim=1).gather(1, restore[..., None].expand(-1, -1, x.shape[-1]))
        x = torch.cat([x[:, :1], tokens], dim=1) + self.decoder_positions
        predicted = self.decoder_pred(self.decoder_blocks(x))[:, 1:]

        target = (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + 1e-6).sqrt()
        error = (predicted.float() - target).square().mean(-1)
        is_masked = (restore >= self.kept).float()
        return (error * is_masked).sum() / is_masked.sum()


def adamw(model, device):
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    fast = {"fused": True} if version >= ((2, 0) if device == "cuda" else (2, 4)) else {"foreach": True}
    return torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.95), **fast)


def images_per_second(args, batch):
    torch.manual_seed(1)
    cuda = args.device == "cuda"
    model = MaskedAutoencoder(args).to(args.device)
    optimizer = adamw(model, args.device)
    loss_of = torch.compile(model) if args.compile else model
    images = torch.randint(0, 256, (batch, args.image_size, args.image_size, 3), dtype=torch.uint8, device=args.device)
    low_precision = torch.autocast(args.device, dtype=torch.bfloat16) if args.precision == "bf16" else contextlib.nullcontext()

    def steps(count):
        for _ in range(count):
            with low_precision:
                loss = loss_of(images)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return loss.item()  # waits for the device

    if cuda:
        torch.cuda.reset_peak_memory_stats()
    steps(args.warmup)
    stretch, best = max(1, args.steps // 4), float("inf")
    for _ in range(args.steps // stretch):
        start = time.perf_counter()
        loss = steps(stretch)
        best = min(best, (time.perf_counter() - start) / stretch)
    memory = f", memory {torch.cuda.max_memory_reserved() / 2**20:.0f} MiB" if cuda else ""
    print(f"batch {batch}: {batch / best:.1f} images/s, {1000 * best:.1f} ms a step, loss {loss:.4f}{memory}", flush=True)
    return batch / best


def sweep(args):
    best = 0.0
    for batch in args.batch:
        try:
            best = max(best, images_per_second(args, batch))
        except RuntimeError as error:
            if "out of memory" not in str(error):
                raise
            print(f"batch {batch}: out of memory", flush=True)
            break
        finally:
            if args.device == "cuda":
                torch.cuda.empty_cache()
    return best


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda" if torch.cuda.is_available() else "cpu")
    sizes = dict(image_size=224, patch_size=16, width=768, depth=12, heads=12, decoder_width=512, decoder_depth=8, decoder_heads=16)
    for name, value in dict(sizes, steps=40, warmup=5, threads=0).items():
        parser.add_argument("--" + name.replace("_", "-"), type=int, default=value, help="0: as torch chooses" if name == "threads" else " ")
    parser.add_argument("--batch", type=lambda text: [int(part) for part in text.split(",")], default=[64], help="one size, or several to find the best: 256,512")
    parser.add_argument("--mask-ratio", type=float, default=0.75, help="share of patches that the encoder does not see")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="bf16 is autocast; weights stay fp32")
    parser.add_argument("--compile", action="store_true", help="torch.compile (2.0 or newer)")
    return parser.parse_args()


def main():
    args = parse()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    name = torch.cuda.get_device_name() if args.device == "cuda" else f"cpu, {torch.get_num_threads()} threads"
    print(f"torch {torch.__version__}, {name}, {args.precision}{', compiled' if args.compile else ''}")
    print(f"images/s: {sweep(args):.1f}")


if __name__ == "__main__":
    main()
