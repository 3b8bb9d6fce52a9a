/// Which device a program computes on: the CPU, an NVIDIA GPU, or the emulated one.
///
/// Read [DeviceChoice] first; a program asks it once. [HostBlas] and [HostDnn] make an emulated GPU
/// one with libraries, as a real one has cuBLAS and cuDNN. Imports the rooms of the devices and,
/// for those two, of matrix products and convolutions; only programs and tests import this one.
@NullMarked
package cadj.kernels.choice;

import org.jspecify.annotations.NullMarked;
