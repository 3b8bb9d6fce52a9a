/// Random numbers equal to those of PyTorch's CPU generator.
///
/// Read [TorchGenerator] first; [MersenneTwister] is the engine under it. May import
/// `cadj.kernels.device`; tensors of noise are made by whoever needs them.
@NullMarked
package cadj.kernels.random;

import org.jspecify.annotations.NullMarked;
