/// Whole steps of the UNet in processes of their own, PyTorch's and ours, one after the other: in
/// one process with everything else, the models of both would not fit a common machine's memory.
///
/// Read [UNetProcess] first; the script that PyTorch runs is
/// `bench/src/peers/python/unet_torch.py`.
@NullMarked
package cadj.bench.process;

import org.jspecify.annotations.NullMarked;
