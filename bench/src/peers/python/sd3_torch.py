"""Stable Diffusion 3's transformer in plain PyTorch, as a peer to measure against: same shapes and keys as diffusers', nothing else.

    python sd3_torch.py check ../golden/sd3-tiny         # equals the golden outputs, of both forms
    python sd3_torch.py time --latents 64 --rounds 3     # SD 3.5 medium's width, 6 of its 24 blocks, random weights, fp32

`time` prints one JSON line a round, so that a caller can take turns with it: seconds for a forward pass (batch 1), and for the erase
step done sparingly (base without tape, feed-forward gradients only), with the peak memory of the process. Needs torch and, for
`check`, safetensors.
"""
import argparse, json, math, resource, time
import torch
import torch.nn as nn
import torch.nn.functional as F


class HeadNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight, 1e-6)


class Attention(nn.Module):
    """Image tokens to themselves, or with `context` image and text together."""

    def __init__(self, dim, heads, norm, context=False, last=False):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(dim, dim) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(dim, dim)])
        if norm: self.norm_q, self.norm_k = HeadNorm(dim // heads), HeadNorm(dim // heads)
        if context:
            self.add_q_proj, self.add_k_proj, self.add_v_proj = (nn.Linear(dim, dim) for _ in range(3))
            if norm: self.norm_added_q, self.norm_added_k = HeadNorm(dim // heads), HeadNorm(dim // heads)
            if not last: self.to_add_out = nn.Linear(dim, dim)

    def project(self, x, names, norms):
        q, k, v = (getattr(self, name)(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for name in names)
        return (getattr(self, norms[0])(q), getattr(self, norms[1])(k), v) if hasattr(self, norms[0]) else (q, k, v)

    def forward(self, x, c=None):
        parts = self.project(x, ('to_q', 'to_k', 'to_v'), ('norm_q', 'norm_k'))
        if c is not None:
            text = self.project(c, ('add_q_proj', 'add_k_proj', 'add_v_proj'), ('norm_added_q', 'norm_added_k'))
            parts = [torch.cat(pair, 2) for pair in zip(parts, text)]
        out = F.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2)
        image = self.to_out[0](out[:, :x.shape[1]])
        return (image, self.to_add_out(out[:, x.shape[1]:]) if hasattr(self, 'to_add_out') else None) if c is not None else image


class Modulation(nn.Module):
    def __init__(self, dim, pieces):
        super().__init__()
        self.pieces, self.linear = pieces, nn.Linear(dim, pieces * dim)

    def forward(self, temb):
        return self.linear(F.silu(temb))[:, None].chunk(self.pieces, -1)


class Up(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.proj = nn.Linear(dim, 4 * dim)

    def forward(self, x):
        return F.gelu(self.proj(x), approximate='tanh')


class FeedForward(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.net = nn.ModuleList([Up(dim), nn.Identity(), nn.Linear(4 * dim, dim)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


def modulated(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


class Block(nn.Module):
    def __init__(self, dim, heads, norm, dual, last):
        super().__init__()
        self.norm1, self.norm1_context = Modulation(dim, 9 if dual else 6), Modulation(dim, 2 if last else 6)
        self.attn, self.ff = Attention(dim, heads, norm, True, last), FeedForward(dim)
        if dual: self.attn2 = Attention(dim, heads, norm)
        if not last: self.ff_context = FeedForward(dim)

    def forward(self, x, c, temb):
        shift, scale, gate, ff_shift, ff_scale, ff_gate, *second = self.norm1(temb)
        text = self.norm1_context(temb)
        c_shift, c_scale = text[:2] if len(text) == 6 else (text[1], text[0])
        image, context = self.attn(modulated(x, shift, scale), modulated(c, c_shift, c_scale))
        y = x + gate * image
        if second: y = y + second[2] * self.attn2(modulated(x, second[0], second[1]))
        y = y + ff_gate * self.ff(modulated(y, ff_shift, ff_scale))
        if context is None: return y, None
        c = c + text[2] * context
        return y, c + text[5] * self.ff_context(modulated(c, text[3], text[4]))


class Mlp(nn.Module):
    def __init__(self, width, dim):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(width, dim), nn.Linear(dim, dim)

    def forward(self, x):
        return self.linear_2(F.silu(self.linear_1(x)))


class Patches(nn.Module):
    def __init__(self, channels, dim, side):
        super().__init__()
        self.side, self.proj = side, nn.Conv2d(channels, dim, 2, 2)
        self.register_buffer('pos_embed', torch.zeros(1, side * side, dim))

    def forward(self, x):
        x = self.proj(x)
        h, w = x.shape[2:]
        top, left = (self.side - h) // 2, (self.side - w) // 2
        positions = self.pos_embed.unflatten(1, (self.side, self.side))[:, top:top + h, left:left + w]
        return x.flatten(2).transpose(1, 2) + positions.flatten(1, 2)


class Transformer(nn.Module):
    """latents [N,16,H,W], timesteps, text [N,S,joint], pooled [N,P] -> velocity [N,16,H,W]."""

    def __init__(self, heads=24, width=64, blocks=6, dual=(0, 1, 2), norm=True, side=384, joint=4096, pooled=2048, channels=16):
        super().__init__()
        dim = heads * width
        self.channels = channels
        self.pos_embed = Patches(channels, dim, side)
        self.time_text_embed = nn.ModuleDict({'timestep_embedder': Mlp(256, dim), 'text_embedder': Mlp(pooled, dim)})
        self.context_embedder = nn.Linear(joint, dim)
        self.transformer_blocks = nn.ModuleList([Block(dim, heads, norm, i in dual, i == blocks - 1) for i in range(blocks)])
        self.norm_out, self.proj_out = Modulation(dim, 2), nn.Linear(dim, 4 * channels)

    def forward(self, x, t, text, pooled):
        angle = torch.as_tensor(t, dtype=torch.float32).expand(len(x))[:, None] * torch.exp(-math.log(10000) / 128 * torch.arange(128))
        e = self.time_text_embed
        temb = e['timestep_embedder'](torch.cat([angle.cos(), angle.sin()], 1)) + e['text_embedder'](pooled)
        h, w = x.shape[2] // 2, x.shape[3] // 2
        x, c = self.pos_embed(x), self.context_embedder(text)
        for block in self.transformer_blocks: x, c = block(x, c, temb)
        scale, shift = self.norm_out(temb)
        x = self.proj_out(modulated(x, shift, scale)).unflatten(1, (h, w)).unflatten(-1, (2, 2, self.channels))
        return x.permute(0, 5, 1, 3, 2, 4).flatten(4).flatten(2, 3)


def check(folder):
    from safetensors.torch import load_file
    for form in ('transformer', 'transformer_35'):
        c = json.load(open(f'{folder}/{form}/config.json'))
        u = Transformer(c['num_attention_heads'], c['attention_head_dim'], c['num_layers'], c.get('dual_attention_layers', ()), 'qk_norm' in c,
                        c['pos_embed_max_size'], c['joint_attention_dim'], c['pooled_projection_dim'], c['in_channels'])
        u.load_state_dict(load_file(f'{folder}/{form}/diffusion_pytorch_model.safetensors'))
        e, worst = load_file(f'{folder}/expected/{form}.safetensors'), 0
        with torch.no_grad():
            for i, t in enumerate(e['timesteps']):
                out = u(e['latents'], t, e['encoder_hidden_states'], e['pooled_projections'])
                worst = max(worst, ((out - e[f'out.{i}']).abs().max() / e[f'out.{i}'].abs().max()).item())
        print(form, 'worst difference relative to the largest value:', worst)
        assert worst < 1e-5


def measure(latents, rounds, threads):
    torch.set_num_threads(threads)
    u = Transformer().eval()
    x, text, pooled = torch.randn(1, 16, latents, latents), torch.randn(2, 333, 4096), torch.randn(2, 2048)
    for name, p in u.named_parameters(): p.requires_grad_(('.ff.' in name or '.ff_context.' in name) and p.ndim == 2)
    seconds = {}

    def timed(name, f):
        start = time.perf_counter()
        f()
        seconds[name] = round(time.perf_counter() - start, 3)

    def forward(i):
        with torch.no_grad(): return u(x, 501, text[i:i + 1], pooled[i:i + 1])

    def erase():
        for p in u.parameters(): p.grad = None
        base = forward(1)
        ((base - u(x, 501, text[:1], pooled[:1])) ** 2).sum().backward()

    for _ in range(rounds):
        forward(0)
        timed('forward1', lambda: forward(0))
        erase()
        timed('erase_sparing', erase)
        seconds['peak_gib_sparing'] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
        print(json.dumps(dict(torch=torch.__version__, threads=threads, latents=latents, **seconds)), flush=True)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    sub = parser.add_subparsers(dest='command', required=True)
    sub.add_parser('check').add_argument('folder')
    timing = sub.add_parser('time')
    for name, default in (('latents', 64), ('rounds', 3), ('threads', 2)): timing.add_argument('--' + name, type=int, default=default)
    a = parser.parse_args()
    check(a.folder) if a.command == 'check' else measure(a.latents, a.rounds, a.threads)
