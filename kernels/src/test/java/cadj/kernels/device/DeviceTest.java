package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.emulator.EmulatedDriver;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The current device is the innermost bound one, for as long as its block runs; a device chooses
/// the twins of kernels.
final class DeviceTest {
  private final Device shared = Device.current();
  private final Device outer = new Cpu(1);
  private final Device inner = new Cpu(1);

  @Test
  void bindsForABlockAndReturnsItsResult() {
    String result =
        Device.with(
            outer,
            () -> {
              assertSame(outer, Device.current());
              assertSame(inner, Device.with(inner, Device::current));
              assertSame(outer, Device.current());
              return "done";
            });
    assertEquals("done", result);
    assertSame(shared, Device.current());
  }

  @Test
  void unbindsWhenTheBlockThrows() {
    assertThrows(
        IOException.class,
        () ->
            Device.with(
                outer,
                () -> {
                  throw new IOException("lost");
                }));
    assertSame(shared, Device.current());
  }

  /// The fast twin only for F32 in the device's own memory.
  @Test
  void choosesTheTwinByDeviceAndBuffer() {
    Cpu cpu = new Cpu(1);
    try (Gpu gpu = new Gpu(new EmulatedDriver(cpu, EmulatedDriver.Checks.BOUNDS))) {
      F32 single = F32.of(1);
      GpuF32 onGpu = gpu.allocate(1);
      assertSame(cpu, twin(cpu, single));
      assertEquals("reference", twin(cpu, F64.of(1)));
      assertEquals("reference", twin(cpu, I64.of(1)));
      assertEquals("reference", twin(cpu, onGpu));
      assertSame(gpu, twin(gpu, onGpu));
      assertEquals("reference", twin(gpu, single));
    }
  }

  private static Object twin(Device device, Buffer like) {
    return device.<Object>twin(like, it -> it, it -> it, () -> "reference");
  }

  @Test
  void otherThreadsHaveTheSharedOne() throws InterruptedException {
    Device[] seen = new Device[1];
    Device.with(
        outer,
        () -> {
          Thread thread = new Thread(() -> seen[0] = Device.current());
          thread.start();
          thread.join();
          return null;
        });
    assertSame(shared, seen[0]);
  }
}
