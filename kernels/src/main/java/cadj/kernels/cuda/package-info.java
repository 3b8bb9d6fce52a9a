/// NVIDIA's GPUs through JCuda: the driver, cuBLAS and cuDNN.
///
/// Read [JCudaDriver] first: it is what [cadj.kernels.device.Gpu] talks to. [CudaDevice] opens the
/// machine's GPU with the libraries that are installed, which [LibrarySearch] finds. What is done
/// with them stands in [CuBlas] and [CuDnn]; their functions are called through JCuda or, where its
/// natives do not load (they need CUDA 12's cuBLAS), through `java.lang.foreign`: [BlasCalls],
/// [DnnCalls]. JCuda's driver natives need `libcuda.so.1` and nothing else. Imports the device
/// room. Kernels live in their own rooms and know nothing of this one; the same interface in Java
/// alone is `cadj.kernels.emulator`.
@NullMarked
package cadj.kernels.cuda;

import org.jspecify.annotations.NullMarked;
