"""Heat maps of words by diffusers and PyTorch, along the recorded trajectories of the tiny models.

DAAM (arXiv:2210.04885), equation 5, in double precision from the probabilities that diffusers' plain attention computes:
those of the prompt's half, summed over heads and calls, each layer brought to the latents' size by torch's bicubic
interpolation, layers added, divided by the number of summands.
Recorded with diffusers 0.40.0.dev0 and torch 2.13: python record.py GOLDEN MODEL OUT.safetensors
"""
import sys, torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import CLIPTokenizer
golden, model, out = sys.argv[1:]
torch.set_num_threads(1)
WORDS = ["painting", "of", "sunflowers", "van gogh", "Style"]
unet = UNet2DConditionModel.from_pretrained(f"{golden}/{model}/unet").eval()
tokenizer = CLIPTokenizer.from_pretrained(f"{golden}/{model}/tokenizer")
file = safe_open(f"{golden}/{model}/expected/trajectory_ddim_g7.5.safetensors", "pt")
get, prompt = file.get_tensor, file.metadata()["prompt"]
ids = tokenizer(prompt).input_ids

def places(word):
    wanted = tokenizer(word).input_ids[1:-1]
    starts = [i for i in range(len(ids)) if ids[i:i + len(wanted)] == wanted]
    return [i + k for i in starts for k in range(len(wanted))]

seen = {}
class Recording(AttnProcessor):
    def __init__(self, key): super().__init__(); self.key = key
    def __call__(self, attn, *args, **kwargs):
        scores = attn.get_attention_scores
        def recorded(*a, **k):
            p = scores(*a, **k)
            seen[self.key] = p.reshape(-1, attn.heads, *p.shape[1:])[-1].double()
            return p
        attn.get_attention_scores = recorded
        try: return super().__call__(attn, *args, **kwargs)
        finally: attn.get_attention_scores = scores
processors = {k: Recording(k[:-len(".processor")]) if ".attn2." in k else AttnProcessor() for k in unet.attn_processors}
unet.set_attn_processor(processors)

text = torch.cat([get("negative_prompt_embeds"), get("prompt_embeds")])
added = None
if "time_ids" in file.keys():
    added = {"text_embeds": torch.cat([get("negative_pooled_prompt_embeds"), get("pooled_prompt_embeds")]),
             "time_ids": get("time_ids").repeat(2, 1)}
latents, timesteps = get("latents"), get("timesteps")
x, calls = get("latents_init"), []
h, w = x.shape[2:]
with torch.no_grad():
    for i, t in enumerate(timesteps):
        seen = {}
        y = unet(x.repeat(2, 1, 1, 1), t, text, added_cond_kwargs=added).sample
        assert (y - get("unet_out")[i]).abs().max() < 1e-4, (i, (y - get("unet_out")[i]).abs().max())
        calls.append(seen)
        x = latents[i]

def mean(calls, word):
    total, number = torch.zeros(h, w, dtype=torch.float64), 0
    for key in calls[0]:
        p = sum(seen[key][..., places(word)].mean(-1).sum(0) for seen in calls)
        side = next((a, b) for a, b in [(h, w), (h // 2, w // 2), (h // 4, w // 4)] if a * b == len(p))
        total += torch.nn.functional.interpolate(p.reshape(1, 1, *side), size=(h, w), mode="bicubic")[0, 0]
        number += len(seen[key]) * len(calls)
    return total / number

tensors = {}
for word in WORDS:
    assert places(word), word
    tensors[f"places/{word}"] = torch.tensor(places(word))
    tensors[f"word/{word}"] = mean(calls, word).float()
    tensors[f"steps-3-7/{word}"] = mean(calls[2:7], word).float()
    tensors[f"step-4/{word}"] = mean(calls[3:4], word).float()
key = sorted(k for k in seen if "up_blocks" in k)[-1]
for word in WORDS:
    p = sum(seen[key][..., places(word)].mean(-1).mean(0) for seen in calls) / len(calls)
    tensors[f"layer/{word}"] = p.float()
save_file(tensors, out, metadata={"layer": key, "layers": str(len(seen)), "heads": str(sum(len(p) for p in seen.values()))})
print({k: tuple(v.shape) for k, v in tensors.items()}, key, len(seen), {k: len(p) for k, p in seen.items()})
