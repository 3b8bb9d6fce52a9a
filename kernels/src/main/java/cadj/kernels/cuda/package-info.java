/// NVIDIA's GPUs through JCuda: the driver, cuBLAS and cuDNN.
///
/// Read [JCudaDriver] first: it is what [cadj.kernels.device.Gpu] talks to. [CudaDevice] opens the
/// machine's GPU with the libraries that are installed. Imports the device room. Kernels live in
/// their own rooms and know nothing of this one; the same interface in Java alone is
/// `cadj.kernels.emulator`.
@NullMarked
package cadj.kernels.cuda;

import org.jspecify.annotations.NullMarked;
