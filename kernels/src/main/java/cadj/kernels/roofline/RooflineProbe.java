package cadj.kernels.roofline;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Gpu;

/// Measures a [Roofline], with instructions that the kernels of the same device use: how many
/// multiplications and additions it does in registers, and how fast it reads and writes arrays that
/// no cache holds.
public sealed interface RooflineProbe permits CpuRoofline, GpuRoofline {
  /// Elements of each of the arrays on the processor: more than most caches hold, and less than the
  /// heap has beside a model.
  int CPU_LENGTH = 1 << 23;

  /// The best of a few tries each.
  Roofline measure();

  /// Measures `device` once, and keeps no memory of it. Nothing else should run meanwhile.
  ///
  /// @throws DeviceOutOfMemoryException if a GPU has no memory left for the arrays
  static Roofline measure(Device device) {
    return switch (device) {
      case Cpu cpu -> {
        RooflineProbe probe = new CpuRoofline(cpu, CPU_LENGTH);
        probe.measure(); // compiles it
        yield probe.measure();
      }
      case Gpu gpu -> {
        try (GpuRoofline probe = new GpuRoofline(gpu)) {
          yield probe.measure();
        }
      }
    };
  }
}
