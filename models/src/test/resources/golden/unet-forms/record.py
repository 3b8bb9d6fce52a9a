"""Outputs of diffusers' UNet2DConditionModel for configurations in unusual forms.

Weights and inputs come from a formula (UNetFormsGoldenTest), so that only outputs are stored.
Recorded with diffusers 0.40.0.dev0 and torch 2.13: python record.py outputs.safetensors
"""
import itertools, json, math, sys, torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file
torch.set_num_threads(1)
def values(name, shape):
    n = math.prod(shape); seed = sum(name.encode()) * 31 + len(name)
    i = torch.arange(n, dtype=torch.int64)
    v = ((i * 7919 + seed * 104729) % 10007).double() / 10007 - 0.5
    return v.reshape(shape)
def weight(name, shape):
    v = values(name, shape)
    if len(shape) == 1:
        return (v * 0.2 + (1 if 'norm' in name and name.endswith('weight') else 0)).float()
    fan = math.prod(shape[1:])
    return (v * 3.4 / math.sqrt(fan)).float()
base = dict(block_out_channels=[8, 16], down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"],
  up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"], norm_num_groups=4, cross_attention_dim=12,
  attention_head_dim=2, layers_per_block=1, sample_size=8)
both = dict(down_block_types=["CrossAttnDownBlock2D"]*2, up_block_types=["CrossAttnUpBlock2D"]*2)
cases = {
 'plain': {},
 'layers_per_block_list': dict(layers_per_block=[2, 1]),
 'layers_per_block_list_2': dict(layers_per_block=[1, 3], **both),
 'no_mid_block': dict(mid_block_type=None),
 'mid_block_of_one_resnet': dict(mid_block_type="UNetMidBlock2D"),
 'transformer_layers_list': dict(transformer_layers_per_block=[1, 3], **both),
 'transformer_layers_of_each': dict(layers_per_block=[2, 1], transformer_layers_per_block=[[2, 1], [3]],
     reverse_transformer_layers_per_block=[[1, 2], [2, 1, 3]], **both),
 'transformer_layers_of_some': dict(transformer_layers_per_block=[1, [2]],
     reverse_transformer_layers_per_block=[[1, 2], 1], **both),
 'transformers_without_layers': dict(transformer_layers_per_block=[0, 1], reverse_transformer_layers_per_block=[2, 0]),
 'cross_attention_dim_list': dict(cross_attention_dim=[12, 12], only_cross_attention=[False, False], **both),
 'unused_entries': dict(only_cross_attention=[False, True], cross_attention_dim=[12, 99],
     mid_block_type="UNetMidBlock2D", transformer_layers_per_block=[1, 50]),
 'heads_list': dict(attention_head_dim=[4, 1], **both),
 'time_embedding_dim': dict(time_embedding_dim=20),
 'old_block_names': dict(down_block_types=["UNetResCrossAttnDownBlock2D", "UNetResDownBlock2D"],
     up_block_types=["UNetResUpBlock2D", "UNetResCrossAttnUpBlock2D"]),
 'asymmetric': dict(down_block_types=["DownBlock2D", "DownBlock2D"], up_block_types=["CrossAttnUpBlock2D", "UpBlock2D"]),
 'downsample_padding': dict(downsample_padding=0),
 'frequencies': dict(flip_sin_to_cos=False, freq_shift=1),
 'nothing_to_these_blocks': dict(dropout=0.5, upcast_attention=True, resnet_skip_time_act=True,
     resnet_out_scale_factor=2.0, cross_attention_norm="layer_norm", mid_block_only_cross_attention=True,
     addition_embed_type_num_heads=3, addition_time_embed_dim=7, projection_class_embeddings_input_dim=9),
}
out, configs = {}, {}
for name, change in cases.items():
    config = {**base, **change}
    model = UNet2DConditionModel(**config).eval()
    model.load_state_dict({k: weight(k, tuple(v.shape)) for k, v in model.state_dict().items()})
    x = (values('latents', (1, 4, 8, 8)) * 3).float()
    c = (values('encoder_hidden_states', (1, 5, 12)) * 3).float()
    with torch.no_grad():
        y = model(x, 501, c).sample
        y64 = model.double()(x.double(), 501, c.double()).sample
    print(name, tuple(y.shape), float(y.abs().max()), float((y-y64).abs().max()/y.abs().max()))
    out[name] = y.contiguous(); configs[name] = json.dumps(config)
for a, b in itertools.combinations(out, 2):
    d = float((out[a]-out[b]).abs().max())
    if d < 1e-3: print('same', a, b, d)
save_file(out, sys.argv[1], metadata=configs)
