"""Records what files in the original layout hold that belong to sd3-tiny, for both transformers.

Writes keys.json beside this script: per group of tensors key -> [shape, sha256 of the fp32 bytes].
Keys are written out here by hand, in the words of Stability's sd3_impls.py and mmditx.py, and
checked by diffusers' own converters, which must give the folder's tensors back to the bit.

    PYTHONPATH=diffusers/src python record.py path/to/golden/sd3-tiny

Recorded with torch 2.13.0+cpu and diffusers 0.40.0.dev0.
"""

import hashlib
import json
import pathlib
import sys

import torch
from diffusers.loaders.single_file_utils import (
    convert_ldm_vae_checkpoint,
    convert_sd3_t5_checkpoint_to_diffusers,
    convert_sd3_transformer_checkpoint_to_diffusers,
)
from safetensors.torch import load_file

FOLDER = pathlib.Path(sys.argv[1])


def rows(tensors, module, names, parameter):
    return torch.cat([tensors[f"{module}.{name}.{parameter}"] for name in names])


def swapped(tensor):
    scale, shift = tensor.chunk(2)
    return torch.cat([shift, scale])


def transformer(d):
    out = {}

    def put(key, tensor):
        out["model.diffusion_model." + key] = tensor

    def linear(key, module, change=lambda t: t):
        put(key + ".weight", change(d[module + ".weight"]))
        put(key + ".bias", change(d[module + ".bias"]))

    put("pos_embed", d["pos_embed.pos_embed"])
    linear("x_embedder.proj", "pos_embed.proj")
    linear("t_embedder.mlp.0", "time_text_embed.timestep_embedder.linear_1")
    linear("t_embedder.mlp.2", "time_text_embed.timestep_embedder.linear_2")
    linear("y_embedder.mlp.0", "time_text_embed.text_embedder.linear_1")
    linear("y_embedder.mlp.2", "time_text_embed.text_embedder.linear_2")
    linear("context_embedder", "context_embedder")
    linear("final_layer.linear", "proj_out")
    linear("final_layer.adaLN_modulation.1", "norm_out.linear", swapped)
    blocks = 1 + max(int(key.split(".")[1]) for key in d if key.startswith("transformer_blocks."))
    for i in range(blocks):
        block = f"transformer_blocks.{i}"
        image, text = f"joint_blocks.{i}.x_block", f"joint_blocks.{i}.context_block"
        last = i == blocks - 1
        for p in ("weight", "bias"):
            put(f"{image}.attn.qkv.{p}", rows(d, block + ".attn", ["to_q", "to_k", "to_v"], p))
            put(
                f"{text}.attn.qkv.{p}",
                rows(d, block + ".attn", ["add_q_proj", "add_k_proj", "add_v_proj"], p),
            )
            if f"{block}.attn2.to_q.weight" in d:
                put(f"{image}.attn2.qkv.{p}", rows(d, block + ".attn2", ["to_q", "to_k", "to_v"], p))
        if f"{block}.attn.norm_q.weight" in d:
            put(f"{image}.attn.ln_q.weight", d[f"{block}.attn.norm_q.weight"])
            put(f"{image}.attn.ln_k.weight", d[f"{block}.attn.norm_k.weight"])
            put(f"{text}.attn.ln_q.weight", d[f"{block}.attn.norm_added_q.weight"])
            put(f"{text}.attn.ln_k.weight", d[f"{block}.attn.norm_added_k.weight"])
        if f"{block}.attn2.norm_q.weight" in d:
            put(f"{image}.attn2.ln_q.weight", d[f"{block}.attn2.norm_q.weight"])
            put(f"{image}.attn2.ln_k.weight", d[f"{block}.attn2.norm_k.weight"])
        linear(f"{image}.attn.proj", f"{block}.attn.to_out.0")
        if f"{block}.attn2.to_out.0.weight" in d:
            linear(f"{image}.attn2.proj", f"{block}.attn2.to_out.0")
        linear(f"{image}.mlp.fc1", f"{block}.ff.net.0.proj")
        linear(f"{image}.mlp.fc2", f"{block}.ff.net.2")
        linear(f"{image}.adaLN_modulation.1", f"{block}.norm1.linear")
        linear(
            f"{text}.adaLN_modulation.1",
            f"{block}.norm1_context.linear",
            swapped if last else lambda t: t,
        )
        if not last:
            linear(f"{text}.attn.proj", f"{block}.attn.to_add_out")
            linear(f"{text}.mlp.fc1", f"{block}.ff_context.net.0.proj")
            linear(f"{text}.mlp.fc2", f"{block}.ff_context.net.2")
    return out


def vae(d, levels, layers):
    out = {}

    def put(key, module, weight=lambda t: t):
        out[f"first_stage_model.{key}.weight"] = weight(d[f"{module}.weight"])
        out[f"first_stage_model.{key}.bias"] = d[f"{module}.bias"]

    def resnet(key, module):
        for name in ("norm1", "conv1", "norm2", "conv2"):
            put(f"{key}.{name}", f"{module}.{name}")
        if f"{module}.conv_shortcut.weight" in d:
            put(f"{key}.nin_shortcut", f"{module}.conv_shortcut")

    def pixelwise(weight):
        return weight[:, :, None, None]

    for side in ("encoder", "decoder"):
        put(f"{side}.conv_in", f"{side}.conv_in")
        put(f"{side}.norm_out", f"{side}.conv_norm_out")
        put(f"{side}.conv_out", f"{side}.conv_out")
        resnet(f"{side}.mid.block_1", f"{side}.mid_block.resnets.0")
        resnet(f"{side}.mid.block_2", f"{side}.mid_block.resnets.1")
        attention = f"{side}.mid_block.attentions.0"
        put(f"{side}.mid.attn_1.norm", f"{attention}.group_norm")
        put(f"{side}.mid.attn_1.q", f"{attention}.to_q", pixelwise)
        put(f"{side}.mid.attn_1.k", f"{attention}.to_k", pixelwise)
        put(f"{side}.mid.attn_1.v", f"{attention}.to_v", pixelwise)
        put(f"{side}.mid.attn_1.proj_out", f"{attention}.to_out.0", pixelwise)
    for level in range(levels):
        up = levels - 1 - level
        for layer in range(layers):
            resnet(f"encoder.down.{level}.block.{layer}", f"encoder.down_blocks.{level}.resnets.{layer}")
        for layer in range(layers + 1):
            resnet(f"decoder.up.{up}.block.{layer}", f"decoder.up_blocks.{level}.resnets.{layer}")
        if level < levels - 1:
            put(f"encoder.down.{level}.downsample.conv", f"encoder.down_blocks.{level}.downsamplers.0.conv")
            put(f"decoder.up.{up}.upsample.conv", f"decoder.up_blocks.{level}.upsamplers.0.conv")
    return out


def check(what, found, expected):
    assert found.keys() == expected.keys(), (what, found.keys() ^ expected.keys())
    for key in expected:
        assert torch.equal(found[key], expected[key]), (what, key)


def described(tensors):
    return {
        key: [list(t.shape), hashlib.sha256(t.contiguous().numpy().tobytes()).hexdigest()[:16]]
        for key, t in sorted(tensors.items())
    }


def weights(part):
    out = {}
    for file in sorted((FOLDER / part).glob("*.safetensors")):
        out.update(load_file(file))
    return out


def main():
    groups = {}
    for part in ("transformer", "transformer_35"):
        original = transformer(weights(part))
        check(part, convert_sd3_transformer_checkpoint_to_diffusers(dict(original)), weights(part))
        groups[part] = described(original)
    config = json.loads((FOLDER / "vae/config.json").read_text())
    original = vae(weights("vae"), len(config["block_out_channels"]), config["layers_per_block"])
    check("vae", convert_ldm_vae_checkpoint(dict(original), config), weights("vae"))
    groups["vae"] = described(original)
    names = {"text_encoder": "clip_l", "text_encoder_2": "clip_g", "text_encoder_3": "t5xxl"}
    for part, name in names.items():
        original = {f"text_encoders.{name}.transformer.{k}": t for k, t in weights(part).items()}
        groups[part] = described(original)
        if name == "t5xxl":
            check(part, convert_sd3_t5_checkpoint_to_diffusers(dict(original)), weights(part))
    lines = ",\n".join(
        json.dumps(group) + ": {\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in keys.items()) + "}"
        for group, keys in groups.items()
    )
    (pathlib.Path(__file__).parent / "keys.json").write_text("{" + lines + "}\n")


main()
