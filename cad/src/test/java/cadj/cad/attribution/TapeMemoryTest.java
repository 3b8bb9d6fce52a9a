package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Storage;
import cadj.tensor.shape.Shape;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// [TapeMemory] on a GPU of 64 MiB, and on the host.
@Isolated
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

  /// A compensated sum of each, 8 bytes, stays on the GPU however many trajectories there are.
  @Test
  void sumsOfScoredWeightsAreNoRoom() {
    Tensor w = Tensor.zeros(DType.F32, Shape.of(3, 1000));
    try (Gpu gpu = new Gpu(driver())) {
      for (int trajectories : new int[] {1, 5}) {
        long room = Device.with(gpu, () -> TapeMemory.bytes(List.of(w, w), 2, trajectories));
        assertEquals((MEMORY - 2 * 2 * 3000 * 8) / 4 * 3, room);
      }
    }
  }

  @Test
  void thereIsNoRoomWhereSumsTakeAll() {
    Tensor w = Tensor.zeros(DType.F32, Shape.of(1 << 20));
    try (Gpu gpu = new Gpu(driver())) {
      GpuF32 used = gpu.allocate(4 << 20);
      long bytes = gpu.pool().liveBytes();
      assertEquals(
          bytes, Device.with(gpu, () -> TapeMemory.bytes(Collections.nCopies(8, w), 1, 1)));
      gpu.free(used);
    }
  }

  /// There too a total of earlier trajectories is in memory, if there are several. How much of the
  /// heap is free changes by itself a little, and these sums are large.
  @Test
  void onTheHostTotalsTakeRoomToo() {
    int million = 1 << 20;
    Tensor w = Tensor.zeros(DType.F32, Shape.of(million));
    long max = Runtime.getRuntime().maxMemory();
    List<Tensor> watched = Collections.nCopies((int) (max / 64 / million), w);
    long weights = (long) watched.size() * million;
    long none = TapeMemory.bytes(List.of(), 1, 1);
    long one = TapeMemory.bytes(watched, 1, 1);
    long several = TapeMemory.bytes(watched, 1, 2);
    long slack = 2 * weights; // of 6 and 12 bytes for each
    assertNear(none - weights * 8 / 4 * 3, one, slack);
    assertNear(none - weights * 16 / 4 * 3, several, slack);
    long part = TapeMemory.bytesForPart(watched, 1, TrajectoryRange.parse("2-4"));
    assertNear(none - weights * (8 + 2 * 4) / 4 * 3, part, slack);
    long single = TapeMemory.bytesForPart(watched, 1, TrajectoryRange.parse("7"));
    assertNear(none - weights * 8 / 4 * 3, single, slack);
  }

  @Test
  void whatTheHeapHoldsIsNoRoom() {
    long room = TapeMemory.bytes(List.of(), 1, 1);
    Runtime machine = Runtime.getRuntime();
    long used = machine.totalMemory() - machine.freeMemory();
    assertNear(Storage.liveBytes() + (machine.maxMemory() - used) / 4 * 3, room, used / 2);
  }

  private static void assertNear(long expected, long actual, long slack) {
    assertTrue(Math.abs(expected - actual) <= slack, expected + " bytes, got " + actual);
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
