package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.emulator.EmulatedDriver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What is kept, and that nothing of it outlives the weight's values.
class WeightCopiesTest {
  private static final int LENGTH = 1000;
  private static final String LAYOUT = "doubled";
  private static final PtxSource PUT =
      PtxSource.of(
          "put.ptx",
          """
          .version 6.0
          .target sm_70
          .address_size 64
          .visible .entry put(.param .u64 x)
          {
            .reg .u64 %x;
            ld.param.u64 %x, [x];
            st.global.f32 [%x], 0f40A00000; // 5
            ret;
          }
          """);

  private final Limited driver = new Limited();
  private final Gpu gpu = new Gpu(driver);
  private int made;

  private GpuF32 weight(float value) {
    GpuF32 weight = gpu.allocate(LENGTH);
    gpu.fill(weight, value);
    return weight;
  }

  /// A copy of the weight, doubled, as a call would use it.
  private double first(Buffer weight, Object layout) {
    try (WeightCopy copy = copy(weight, layout)) {
      return copy.buffer().get(0);
    }
  }

  private WeightCopy copy(Buffer weight, Object layout) {
    return copy(
        weight,
        layout,
        to -> {
          made++;
          gpu.fill(to, (float) (2 * weight.get(0)));
        });
  }

  private WeightCopy copy(Buffer weight, Object layout, Consumer<GpuF32> make) {
    return gpu.weightCopies().of(weight, layout, LENGTH, make);
  }

  @Test
  void keptFromTheSecondCallOn() {
    GpuF32 weight = weight(1);
    long without = gpu.pool().liveBytes();
    assertEquals(2, first(weight, LAYOUT));
    assertEquals(without, gpu.pool().liveBytes(), "asked for once: not kept");
    for (int i = 0; i < 3; i++) {
      assertEquals(2, first(weight, LAYOUT));
      assertEquals(2, made, "call " + i);
    }
    long size = GpuPool.blockSize(4 * LENGTH);
    assertEquals(size, gpu.weightCopies().keptBytes());
    assertEquals(without + size, gpu.pool().liveBytes());
  }

  @Test
  void layoutsAndWindowsApart() {
    GpuF32 weight = weight(1);
    weight.set(10, 4);
    for (int i = 0; i < 3; i++) {
      assertEquals(2, first(weight, LAYOUT));
      assertEquals(2, first(weight, "another"));
      assertEquals(8, first(weight.slice(10, 10), LAYOUT));
      assertEquals(2, first(weight.slice(0, 10), LAYOUT));
    }
    assertEquals(8, made);
  }

  @TestFactory
  Stream<DynamicTest> noneOutlivesAWrite() {
    Map<String, BiConsumer<Gpu, GpuF32>> writes = new LinkedHashMap<>();
    writes.put("upload", (it, to) -> it.upload(to.slice(0, 1), F32.of(5)));
    writes.put("fill", (it, to) -> it.fill(to.slice(0, 1), 5));
    writes.put("set", (it, to) -> to.set(0, 5));
    writes.put("out", (it, to) -> it.launch(PUT, "put").block(1).out(to).run());
    writes.put("inOut", (it, to) -> it.launch(PUT, "put").block(1).inOut(to.slice(0, 9)).run());
    writes.put(
        "copy",
        (it, to) -> {
          GpuF32 five = it.allocate(1);
          it.fill(five, 5);
          it.copy(to.slice(0, 1), five);
        });
    writes.put(
        "a library",
        (it, to) ->
            it.call(
                "library",
                "work",
                () -> "",
                to,
                () -> {
                  it.driver().fill(to.address(), Float.floatToRawIntBits(5), 1);
                  return Done.ALL;
                }));
    return writes.entrySet().stream()
        .map(
            write ->
                DynamicTest.dynamicTest(
                    write.getKey(),
                    () -> {
                      GpuF32 weight = weight(1);
                      first(weight, LAYOUT);
                      first(weight, LAYOUT);
                      long before = gpu.weightCopies().dropped();
                      assertNotEquals(0, gpu.weightCopies().keptBytes());
                      write.getValue().accept(gpu, weight);
                      assertEquals(0, gpu.weightCopies().keptBytes());
                      assertEquals(before + 1, gpu.weightCopies().dropped());
                      assertEquals(10, first(weight, LAYOUT));
                    }));
  }

  /// The copy that is being made is of values that are gone.
  @Test
  void noneIsKeptIfTheWeightIsWrittenMeanwhile() {
    GpuF32 weight = weight(1);
    first(weight, LAYOUT);
    WeightCopy stale =
        copy(
            weight,
            LAYOUT,
            to -> {
              gpu.fill(to, 2);
              gpu.fill(weight, 5);
            });
    assertEquals(0, gpu.weightCopies().keptBytes());
    assertEquals(10, first(weight, LAYOUT));
    stale.close();
    assertEquals(10, first(weight, LAYOUT));
  }

  /// The same machine may have two names for itself, of which one writes.
  @Test
  void aWriteByAnotherGpuOfThisDriverCounts() {
    GpuF32 weight = weight(1);
    first(weight, LAYOUT);
    first(weight, LAYOUT);
    new Gpu(driver).fill(weight, 5);
    assertEquals(10, first(weight, LAYOUT));
  }

  @Test
  void endsWithTheWeight() {
    GpuF32 weight = weight(1);
    first(weight, LAYOUT);
    first(weight, LAYOUT);
    gpu.free(weight);
    assertEquals(0, gpu.pool().liveBytes());
    GpuF32 inItsPlace = weight(3);
    assertEquals(weight.address(), inItsPlace.address());
    assertEquals(6, first(inItsPlace, LAYOUT));
  }

  @Test
  void endsWithAWeightThatNobodyReaches() throws InterruptedException {
    leave();
    for (int i = 0; i < 100 && gpu.pool().liveBytes() > 0; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(0, gpu.pool().liveBytes());
    assertEquals(0, gpu.weightCopies().keptBytes());
  }

  private void leave() {
    GpuF32 weight = weight(1);
    first(weight, LAYOUT);
    first(weight, LAYOUT);
    assertNotEquals(0, gpu.weightCopies().keptBytes());
    gpu.freeOnceUnreachable(weight);
  }

  /// Given up for good, but not under the hands of a call.
  @Test
  void givenUpWhenMemoryIsShort() {
    GpuF32 used = weight(1);
    GpuF32 idle = weight(2);
    first(used, LAYOUT);
    first(idle, LAYOUT);
    first(idle, LAYOUT);
    first(used, LAYOUT);
    try (WeightCopy copy = copy(used, LAYOUT)) {
      driver.left = 0;
      assertThrows(DeviceOutOfMemoryException.class, () -> gpu.allocate(1 << 20));
      assertEquals(0, gpu.weightCopies().keptBytes());
      long size = GpuPool.blockSize(4 * LENGTH);
      assertEquals(3 * size, gpu.pool().liveBytes(), "weights, and the copy in use");
      assertEquals(2, copy.buffer().get(0));
    }
    driver.left = Long.MAX_VALUE;
    made = 0;
    for (int i = 0; i < 4; i++) {
      assertEquals(4, first(idle, LAYOUT));
      assertEquals(2, first(used, LAYOUT));
    }
    assertEquals(8, made);
  }

  @Test
  void noMoreThanAShareOfMemory() {
    GpuF32 weight = weight(1);
    driver.free = 20_000; // of which, with the pool's, less than 8 copies
    for (int i = 0; i < 3; i++) {
      first(weight, LAYOUT);
    }
    assertEquals(3, made);
    driver.free = 1 << 20;
    for (int i = 0; i < 3; i++) {
      first(weight, LAYOUT);
    }
    assertEquals(4, made);
  }

  @Test
  void noneIsMadeDuringAPause() {
    GpuF32 weight = weight(1);
    first(weight, LAYOUT);
    gpu.weightCopies().pause(true);
    first(weight, LAYOUT);
    first(weight, LAYOUT);
    assertEquals(3, made);
    gpu.weightCopies().pause(false);
    first(weight, LAYOUT);
    first(weight, LAYOUT);
    assertEquals(4, made);
  }

  @Test
  void whatCannotBeMadeLeavesNothingBehind() {
    GpuF32 weight = weight(1);
    long before = gpu.pool().liveBytes();
    assertThrows(
        IllegalStateException.class,
        () ->
            copy(
                weight,
                LAYOUT,
                to -> {
                  throw new IllegalStateException();
                }));
    assertEquals(before, gpu.pool().liveBytes());
    assertEquals(2, first(weight, LAYOUT));
  }

  /// An emulator whose memory ends where a test wants it to.
  private static final class Limited extends ForwardingDriver {
    private long free = 1L << 30;
    private long left = Long.MAX_VALUE;

    Limited() {
      super(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL));
    }

    @Override
    public long freeBytes() {
      return free;
    }

    @Override
    public long allocate(long bytes) {
      if (bytes > left) {
        throw new DeviceOutOfMemoryException("allocate %d bytes: %d left".formatted(bytes, left));
      }
      return super.allocate(bytes);
    }
  }
}
