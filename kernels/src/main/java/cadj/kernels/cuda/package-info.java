/// NVIDIA's GPUs through JCuda: the driver, cuBLAS, cuDNN, and the choice of a device.
///
/// Read [JCudaDriver] first: it is what [cadj.kernels.device.Gpu] talks to. [DeviceChoice] is asked
/// once per program. Kernels live in their own rooms and know nothing of this one; the same
/// interface in Java alone is `cadj.kernels.emulator`.
@NullMarked
package cadj.kernels.cuda;

import org.jspecify.annotations.NullMarked;
