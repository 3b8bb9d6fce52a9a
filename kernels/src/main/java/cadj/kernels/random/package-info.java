/// Random numbers equal to those of PyTorch's generators, on the CPU and on NVIDIA's GPUs (computed
/// here on the CPU all the same).
///
/// Read [Generator] first, then [TorchGenerator] with [MersenneTwister] under it, and
/// [TorchCudaGenerator] with [Philox]. May import `cadj.kernels.device`; tensors of noise are made
/// by whoever needs them.
@NullMarked
package cadj.kernels.random;

import org.jspecify.annotations.NullMarked;
