package cadj.kernels.roofline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.F32;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.profiler.KernelProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The kernels compute what they say, and a roofline is their work by the device's clock.
class GpuRooflineTest {
  private static final int BLOCKS = 3;
  private static final int THREADS = BLOCKS * GpuRoofline.THREADS;

  /// More than each thread has once, and no multiple of the threads.
  private static final int QUADS = 2 * THREADS + 77;

  private final EmulatedDriver driver = new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.ALL);
  private final Gpu gpu = new Gpu(driver);
  private final SplittableRandom random = new SplittableRandom(3);

  @AfterEach
  void close() {
    gpu.close();
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private GpuF32 uploaded(float[] values) {
    GpuF32 buffer = gpu.allocate(values.length);
    gpu.upload(buffer, F32.of(values));
    return buffer;
  }

  private float[] downloaded(GpuF32 buffer) {
    F32 values = F32.of(new float[buffer.length()]);
    gpu.download(values, buffer);
    return values.array();
  }

  private Launch launch(String kernel) {
    return gpu.launch(GpuRoofline.SOURCE, kernel).grid(BLOCKS).block(GpuRoofline.THREADS);
  }

  @Test
  void chainsOfMultiplyAdds() {
    GpuF32 y = gpu.allocate(THREADS);
    launch("roofline_fma").out(y).i32(5).run();
    float x = 0.99609375f;
    float[] expected = new float[THREADS];
    for (int thread = 0; thread < THREADS; thread++) {
      float[] chains = new float[8];
      chains[0] = thread;
      for (int c = 1; c < 8; c++) {
        chains[c] = chains[c - 1] + x;
      }
      for (int round = 0; round < 5; round++) {
        for (int c = 0; c < 8; c++) {
          chains[c] = Math.fma(chains[c], x, x);
        }
      }
      float left = chains[0] + chains[1] + (chains[2] + chains[3]);
      float right = chains[4] + chains[5] + (chains[6] + chains[7]);
      expected[thread] = left + right;
    }
    assertArrayEquals(expected, downloaded(y));
  }

  @Test
  void eachThreadsSumOfWhatItReads() {
    float[] x = values(4 * QUADS);
    GpuF32 y = gpu.allocate(THREADS);
    launch("roofline_sum").out(y).in(uploaded(x)).i32(QUADS).run();
    float[] expected = new float[THREADS];
    for (int thread = 0; thread < THREADS; thread++) {
      float[] sums = new float[4];
      for (int quad = thread; quad < QUADS; quad += THREADS) {
        for (int lane = 0; lane < 4; lane++) {
          sums[lane] += x[4 * quad + lane];
        }
      }
      expected[thread] = sums[0] + sums[1] + (sums[2] + sums[3]);
    }
    assertArrayEquals(expected, downloaded(y));
  }

  @Test
  void triadOfArrays() {
    float[] b = values(4 * QUADS);
    float[] c = values(4 * QUADS);
    GpuF32 a = gpu.allocate(4 * QUADS);
    launch("roofline_triad").out(a).in(uploaded(b)).in(uploaded(c)).i32(QUADS).run();
    float[] expected = new float[4 * QUADS];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.fma(c[i], 0.5f, b[i]);
    }
    assertArrayEquals(expected, downloaded(a));
  }

  /// Between two moments pass as many milliseconds as are prepared.
  private static final class Clock extends ForwardingDriver {
    private final List<Double> milliseconds;
    private int marks;
    private int forgotten;

    Clock(Driver driver, Double... milliseconds) {
      super(driver);
      this.milliseconds = new ArrayList<>(Arrays.asList(milliseconds));
    }

    @Override
    public long mark() {
      return marks++;
    }

    @Override
    public double milliseconds(long from, long to) {
      assertEquals(from + 1, to);
      return milliseconds.removeFirst();
    }

    @Override
    public void forget(long mark) {
      forgotten++;
    }
  }

  /// The shortest of five counts; the work is what the emulator counts.
  @Test
  void workOverTheShortestTime() {
    Map<String, KernelProfile> counted = new HashMap<>();
    List<String> launched = new ArrayList<>();
    driver.count(
        it -> {
          launched.add(it.kernel().name());
          counted.put(it.kernel().name(), new KernelProfile(List.of(it)));
        });
    Clock clock =
        new Clock(
            driver, 5.0, 2.0, 4.0, 3.0, 6.0, 9.0, 8.0, 9.0, 9.0, 7.0, 1.0, 10.0, 10.0, 10.0, 10.0);
    Gpu timed = new Gpu(clock);
    GpuRoofline probe = new GpuRoofline(timed, 10, 4096);
    Roofline roofline = probe.measure();
    int threads = 8 * driver.multiprocessors() * 256;
    assertEquals(2.0 * 8 * 10 * threads / 2e-3, roofline.flops(), 1);
    assertEquals(4.0 * 4096 / 7e-3, roofline.read(), 1);
    assertEquals(3 * 4.0 * 4096 / 1e-3, roofline.triad(), 1);
    assertEquals(List.of(), clock.milliseconds);
    assertEquals(30, clock.marks);
    assertEquals(18, launched.size(), "one before the five that are timed");
    assertEquals(30, clock.forgotten);
    // besides the chains, 7 additions make 8 starts and 7 make their sum
    assertEquals(2L * 8 * 10 * threads + 14L * threads, counted.get("roofline_fma").flops());
    assertEquals(4L * 4096, counted.get("roofline_sum").bytesRead());
    assertEquals(2 * 4L * 4096, counted.get("roofline_triad").bytesRead());
    assertEquals(4L * 4096, counted.get("roofline_triad").bytesWritten());
    probe.close();
    assertEquals(0, timed.pool().liveBytes());
  }

  /// Memory taken before it was found that there is not enough is given back.
  @Test
  void deviceThatIsFull() {
    Gpu small =
        new Gpu(
            new ForwardingDriver(driver) {
              private int left = 2;

              @Override
              public long allocate(long bytes) {
                if (left-- <= 0) {
                  throw new DeviceOutOfMemoryException("full");
                }
                return super.allocate(bytes);
              }
            });
    assertThrows(DeviceOutOfMemoryException.class, () -> new GpuRoofline(small, 1, 1024));
    assertEquals(0, small.pool().liveBytes());
  }
}
