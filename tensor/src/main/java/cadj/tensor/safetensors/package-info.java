/// Tensors in files, as Hugging Face's safetensors format lays them out.
///
/// Read [SafetensorsFile] first (map a file, take tensors by name), then [SafetensorsHeader] (the
/// rules of the format), [SafetensorsWriter], and [Checkpoint] (a model's weights in one file or in
/// several). May import `cadj.kernels`, `cadj.tensor`, `cadj.tensor.file` and `cadj.tensor.json`;
/// which tensor belongs to which parameter is the models' business.
@NullMarked
package cadj.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
