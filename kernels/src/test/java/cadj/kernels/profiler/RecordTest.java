package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.record.Allocation;
import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.Kind;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Span;
import cadj.kernels.record.Work;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What devices and kernels tell a recording.
class RecordTest {
  private static F32 random(int length) {
    SplittableRandom random = new SplittableRandom(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble() - 0.5f;
    }
    return F32.of(values);
  }

  private static F32 product(Cpu cpu, int size) {
    F32 c = F32.of(new float[size * size]);
    GemmKernel.on(cpu, c)
        .multiply(
            GemmShape.of(false, false, size, size, size),
            c,
            random(size * size),
            random(size * size),
            null);
    return c;
  }

  @Test
  void eachThreadsWorkIsASpanOfTheTwin() {
    Cpu cpu = new Cpu(2);
    Profiler.Recorded<F32> recorded =
        Profiler.record(() -> Recording.slice(Kind.OPERATION, "matmul", () -> product(cpu, 256)));
    RunProfile run = recorded.profile();
    List<Span> spans = run.spans();
    assertFalse(spans.isEmpty());
    Slice operation = run.slices().getFirst();
    for (Span span : spans) {
      assertEquals("GemmVector", span.name());
      assertEquals(0, span.slice());
      assertTrue(span.thread() < 2);
      assertTrue(operation.start() <= span.start() && span.end() <= operation.end());
      assertTrue(span.start() <= span.end());
    }
    assertArrayEquals(product(cpu, 256).array(), recorded.result().array());
  }

  /// Each task waits for the other, so both threads work.
  @Test
  void workersAreToldApart() {
    Cpu cpu = new Cpu(2);
    RunProfile run =
        Profiler.record(
                () -> {
                  CountDownLatch both = new CountDownLatch(2);
                  cpu.parallel(
                      2,
                      i -> {
                        both.countDown();
                        try {
                          both.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        cpu.parallel(5, j -> {}); // in the task's thread: no span of its own
                      });
                  return null;
                })
            .profile();
    assertEquals(Set.of(0, 1), run.spans().stream().map(Span::thread).collect(Collectors.toSet()));
    assertEquals(2, run.spans().size());
  }

  @Test
  void oneThreadHasSpansToo() {
    Cpu cpu = new Cpu(1);
    RunProfile run =
        Profiler.record(
                () -> {
                  cpu.parallel(3, i -> {});
                  return null;
                })
            .profile();
    assertEquals(1, run.spans().size());
    assertEquals(0, run.spans().getFirst().thread());
    assertEquals(-1, run.spans().getFirst().slice());
  }

  private static String algorithm(Runnable work) {
    RunProfile run =
        Profiler.record(
                () ->
                    Recording.slice(
                        Kind.OPERATION,
                        "op",
                        () -> {
                          work.run();
                          return null;
                        }))
            .profile();
    return work(run.slices().getFirst()).algorithm();
  }

  private static Work work(Slice slice) {
    return Objects.requireNonNull(slice.work());
  }

  @Test
  void algorithmsAreNamed() {
    Cpu cpu = new Cpu(2);
    assertEquals("Winograd F4", algorithm(() -> convolve(cpu, 64, 32, 3)));
    assertEquals("Winograd F2", algorithm(() -> convolve(cpu, 512, 10, 3)));
    assertEquals("implicit product", algorithm(() -> convolve(cpu, 64, 32, 1)));
    assertEquals("packed panels", algorithm(() -> product(cpu, 256)));
  }

  private static void convolve(Cpu cpu, int channels, int side, int kernel) {
    int pad = kernel / 2;
    Conv2dShape shape =
        new Conv2dShape(
            1, channels, side, side, channels, kernel, kernel, 1, 1, pad, pad, pad, pad, 1);
    Buffer y = F32.of(new float[side * side * channels]);
    Conv2dKernel.on(cpu, y)
        .forward(
            shape,
            y,
            random(side * side * channels),
            random(channels * channels * kernel * kernel),
            Conv2dAddends.NONE);
  }

  /// Copies, a launch and its times, and the pool's memory.
  @Test
  void aDeviceTellsWhatItIsAskedFor() {
    Map<String, Long> live = new HashMap<>();
    RunProfile run =
        Profiler.record(
                () -> {
                  Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS));
                  return Device.with(
                      gpu,
                      () -> {
                        GpuF32 a = gpu.allocate(64 * 64);
                        GpuF32 c = gpu.allocate(64 * 64);
                        gpu.upload(a, random(64 * 64));
                        Recording.slice(
                            Kind.OPERATION,
                            "matmul",
                            () -> {
                              GemmKernel.on(gpu, c)
                                  .multiply(GemmShape.of(false, false, 64, 64, 64), c, a, a, null);
                              return null;
                            });
                        F32 result = F32.of(new float[64 * 64]);
                        gpu.download(result, c);
                        gpu.free(a);
                        live.put("bytes", gpu.pool().liveBytes());
                        return result;
                      });
                })
            .profile();
    List<Slice> launches =
        run.slices().stream().filter(slice -> slice.kind() == Kind.LAUNCH).toList();
    assertEquals(
        List.of("copy to device", "gemm_f32_64", "wait and copy to host"),
        launches.stream().map(Slice::name).toList());
    assertEquals(4 * 64 * 64, work(launches.get(0)).bytes());
    Slice launch = launches.get(1);
    assertTrue(work(launch).shapes().contains("grid (1,1,1)"), work(launch).shapes());
    assertTrue(work(launch).deviceNanos() > 0);
    assertTrue(work(launch).deviceNanos() <= launch.nanos());
    assertEquals("tiles of 64", work(run.slices().get(launch.parent())).algorithm());
    assertEquals(live.get("bytes"), run.allocations().stream().mapToLong(Allocation::bytes).sum());
  }

  /// The same run, counted without a recording.
  @Test
  void emulatedLaunchesAreCounted() {
    Example example = Examples.of("softmax_forward");
    int[] sizes = example.sizes().stream().mapToInt(Example.Size::value).toArray();
    Map<String, KernelProfile> expected = Profiler.count(example, sizes, new Cpu(2));
    RunProfile run =
        Profiler.record(
                () -> {
                  for (int i = 0; i < 2; i++) {
                    try (Gpu gpu =
                            new Gpu(
                                new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS),
                                null,
                                null,
                                example.precision());
                        ExampleInputs inputs = new ExampleInputs(gpu)) {
                      example.body().run(inputs, gpu, sizes);
                    }
                  }
                  return null;
                })
            .profile();
    assertEquals(
        expected.keySet(),
        run.kernels().stream().map(KernelCounts::name).collect(Collectors.toSet()));
    for (KernelCounts counts : run.kernels()) {
      KernelProfile once = expected.get(counts.name());
      assertEquals(2L * once.shapes().size(), counts.launches());
      assertEquals(2 * once.warpInstructions(), counts.warpInstructions());
      assertEquals(2 * once.flops(), counts.flops());
      assertEquals(2 * once.bytesRead(), counts.bytesRead());
      assertEquals(2 * once.bytesWritten(), counts.bytesWritten());
      assertEquals(2 * once.sectors(), counts.sectors());
      assertEquals(2 * once.globalRequests(), counts.globalRequests());
      assertEquals(2 * once.bankConflicts(), counts.bankConflicts());
      assertEquals(2 * once.branches(), counts.branches());
      assertEquals(2 * once.divergentBranches(), counts.divergentBranches());
      List<Slice> launches =
          run.slices().stream().filter(slice -> slice.name().equals(counts.name())).toList();
      assertEquals(counts.launches(), launches.size());
      assertEquals(counts.flops(), launches.stream().mapToLong(it -> work(it).flops()).sum());
      assertEquals(
          32 * counts.sectors(), launches.stream().mapToLong(it -> work(it).bytes()).sum());
    }
    assertNotEquals(0, run.kernels().getFirst().sectors());
  }
}
