/// LoRA, Hu et al. 2021 (arXiv:2106.09685): low-rank changes of a model's matrices and
/// convolutions, in files of their own, merged into the weights as these are read.
///
/// Read [Lora] first, then [LoraModel] (the model so changed), [LoraFile] (what a file holds) and
/// [ModuleNames] (which weights are meant). May import `files`, `original` for its names, and
/// autograd for the products; nothing of a model's architecture but its keys.
@NullMarked
package cadj.models.lora;

import org.jspecify.annotations.NullMarked;
