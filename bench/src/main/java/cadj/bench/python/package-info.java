/// PyTorch in its own process, for whole steps.
///
/// Read [PythonUNet] first; the script it runs is `bench/src/peers/python/unet_torch.py`.
@NullMarked
package cadj.bench.python;

import org.jspecify.annotations.NullMarked;
