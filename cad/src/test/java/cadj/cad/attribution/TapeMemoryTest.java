package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.emulator.EmulatedDriver;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// [TapeMemory] on a GPU of 64 MiB.
class TapeMemoryTest {
  private static final long MEMORY = 64 << 20;

  @Test
  void memoryThatIsIdleIsRoom() {
    try (Gpu gpu = new Gpu(driver())) {
      assertEquals(MEMORY / 4 * 3, room(gpu));
      gpu.free(gpu.allocate(10 << 20));
      assertEquals(MEMORY / 4 * 3, room(gpu));
      GpuF32 used = gpu.allocate(4 << 20);
      long bytes = gpu.pool().liveBytes();
      assertEquals(bytes + (MEMORY - bytes) / 4 * 3, room(gpu));
      gpu.free(used);
    }
  }

  private static long room(Gpu gpu) {
    return Device.with(gpu, () -> TapeMemory.bytes(List.of(), 1, 1));
  }

  /// The emulator's, which knows of no limit, with one.
  private static Driver driver() {
    Driver emulator = new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.BOUNDS);
    Map<Object, Long> taken = new HashMap<>();
    InvocationHandler limited =
        (proxy, method, arguments) -> {
          if (method.getName().equals("freeBytes")) {
            return MEMORY - taken.values().stream().mapToLong(Long::longValue).sum();
          }
          Object result = method.invoke(emulator, arguments);
          switch (method.getName()) {
            case "allocate" -> taken.put(result, (Long) arguments[0]);
            case "free" -> taken.remove(arguments[0]);
            default -> {}
          }
          return result;
        };
    return (Driver)
        Proxy.newProxyInstance(
            TapeMemoryTest.class.getClassLoader(), new Class<?>[] {Driver.class}, limited);
  }
}
