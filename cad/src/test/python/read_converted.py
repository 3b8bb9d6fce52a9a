#!/usr/bin/env python3
"""Reads what `cadj convert` wrote with PyTorch, diffusers and transformers, and compares it.

    ./cadj convert MODEL --to out/folder
    ./cadj convert MODEL --to out/model.safetensors
    python read_converted.py MODEL_FOLDER --folder out/folder --file out/model.safetensors

MODEL_FOLDER is the model that was converted, as a folder in diffusers' layout: each part of the
converted folder (from_pretrained) and of the file (from_single_file, described by MODEL_FOLDER)
must have its parameters and give its outputs on random inputs. With --tolerance (relative to the
largest value) for weights that were rounded to another type; the default demands the same bits.
Files of a published size are read without a description too with --published, which lets
diffusers fetch its own configurations.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders.single_file_utils import (
    create_diffusers_clip_model_from_ldm,
    load_single_file_checkpoint,
)
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

PARTS = {
    "unet": UNet2DConditionModel,
    "vae": AutoencoderKL,
    "text_encoder": CLIPTextModel,
    "text_encoder_2": CLIPTextModelWithProjection,
}


def outputs(part, model):
    """Outputs of a part on inputs that depend on its configuration alone."""
    g = torch.Generator().manual_seed(7)
    c = model.config
    if part == "unet":
        x = torch.randn(2, c.in_channels, c.sample_size, c.sample_size, generator=g)
        text = torch.randn(2, 77, c.cross_attention_dim, generator=g)
        added = None
        if c.addition_embed_type == "text_time":
            pooled = c.projection_class_embeddings_input_dim - 6 * c.addition_time_embed_dim
            added = {
                "text_embeds": torch.randn(2, pooled, generator=g),
                "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * 2),
            }
        return [model(x, 501, text, added_cond_kwargs=added).sample]
    if part == "vae":
        x = torch.randn(1, 3, 32, 32, generator=g)
        moments = model.encode(x).latent_dist.parameters
        z = torch.randn(1, c.latent_channels, 8, 8, generator=g)
        return [moments, model.decode(z).sample]
    ids = torch.randint(0, c.vocab_size - 2, (2, 77), generator=g)
    ids[:, -1] = c.vocab_size - 1
    out = model(ids, output_hidden_states=True)
    return [out[0], out.hidden_states[-2]]


def distance(a, b):
    return ((a - b).abs().max() / a.abs().max().clamp(min=1e-30)).item()


def compare(name, part, expected, actual, tolerance):
    expected, actual = expected.float().eval(), actual.float().eval()
    theirs, ours = expected.state_dict(), actual.state_dict()
    assert theirs.keys() == ours.keys(), set(theirs) ^ set(ours)
    weights = max(distance(theirs[k].float(), ours[k].float()) for k in theirs)
    with torch.no_grad():
        out = max(
            distance(a, b) for a, b in zip(outputs(part, expected), outputs(part, actual))
        )
    print(f"{name:8} {part:16} {len(ours):5} tensors  weights {weights:.2e}  outputs {out:.2e}")
    return weights <= tolerance and out <= max(1e-6, 10 * tolerance)


def from_folder(folder, part):
    model, info = PARTS[part].from_pretrained(folder, subfolder=part, output_loading_info=True)
    wrong = {k: v for k, v in info.items() if v and k != "offload_index"}
    assert not wrong, wrong
    return model


def from_file(file, described, part):
    if not part.startswith("text"):
        return PARTS[part].from_single_file(str(file), config=str(described), subfolder=part)
    checkpoint = load_single_file_checkpoint(str(file))
    return create_diffusers_clip_model_from_ldm(
        PARTS[part],
        checkpoint=checkpoint,
        subfolder=part,
        config=str(described),
        local_files_only=True,
    )


def same_tokens(model, folder, part):
    text = ["a photo of a red hat!", "", "Ünïcode … 2 cats"]
    a, b = (
        CLIPTokenizer.from_pretrained(f, subfolder=part)(text, padding="max_length")["input_ids"]
        for f in (model, folder)
    )
    print(f"folder   {part:16} {'same ids' if a == b else 'OTHER IDS'}")
    return a == b


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--tolerance", type=float, default=0.0)
    parser.add_argument("--published", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    index = json.loads((args.model / "model_index.json").read_text())
    fine = True
    for part in PARTS:
        if part not in index:
            continue
        expected = from_folder(args.model, part)
        if args.folder:
            fine &= compare("folder", part, expected, from_folder(args.folder, part), args.tolerance)
        if args.file:
            described = None if args.published else args.model
            actual = from_file(args.file, described, part)
            fine &= compare("file", part, expected, actual, args.tolerance)
    if args.folder:
        for part in ("tokenizer", "tokenizer_2"):
            if part in index:
                fine &= same_tokens(args.model, args.folder, part)
    print("all the same" if fine else "DIFFERENT")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
