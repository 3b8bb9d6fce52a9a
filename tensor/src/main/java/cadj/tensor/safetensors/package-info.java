/// Tensors in files, as Hugging Face's safetensors format lays them out.
///
/// Read [SafetensorsFile] first (map a file, take tensors by name), then [SafetensorsHeader] (the
/// rules of the format) and [SafetensorsWriter]. May import `cadj.kernels`, `cadj.tensor`, and of
/// its rooms `checkpoint`, `file` and `json`.
@NullMarked
package cadj.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
