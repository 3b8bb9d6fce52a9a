package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RecordingListener;
import cadj.kernels.record.Slice;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Recorded work and its memory, on the tests' GPU.
final class GraphTest {
  private static final int N = 1000;
  private static final long BLOCK = GpuPool.blockSize(4L * N);

  private final Driver driver = TestGpu.plain().driver();
  private final Gpu gpu = new Gpu(driver);
  private final GpuPool pool = gpu.pool();

  private GpuF32 filled(float value) {
    GpuF32 buffer = gpu.allocate(N);
    gpu.fill(buffer, value);
    return buffer;
  }

  private float[] values(GpuF32 buffer) {
    float[] back = new float[buffer.length()];
    gpu.download(F32.of(back), buffer);
    return back;
  }

  private void assertAll(float expected, GpuF32 buffer) {
    for (float value : values(buffer)) {
      assertEquals(expected, value);
    }
  }

  /// y ← x by way of a block that is taken, given back, and taken again.
  private void throughABlock(GpuF32 y, GpuF32 x) {
    GpuF32 first = gpu.allocate(N);
    gpu.copy(first, x);
    gpu.copy(y, first);
    gpu.free(first);
    GpuF32 second = gpu.allocate(N - 1);
    assertEquals(first.address(), second.address());
    gpu.fill(second, 9);
    gpu.free(second);
  }

  @Test
  void nobodyElseGetsTheMemoryOfAGraphBeforeItIsClosed() {
    GpuF32 x = filled(1);
    GpuF32 y = filled(0);
    GpuF32 idle = gpu.allocate(N);
    gpu.free(idle);
    long before = pool.liveBytes();
    Graph graph = gpu.capture(() -> throughABlock(y, x));
    assertEquals(before + BLOCK, pool.liveBytes(), "the idle block is the graph's");
    GpuF32 other = filled(7);
    assertNotEquals(idle.address(), other.address());
    pool.trim();
    graph.replay();
    assertAll(1, y);
    assertAll(7, other);
    gpu.fill(x, 2);
    graph.replay();
    assertAll(2, y);
    graph.close();
    assertEquals(before + BLOCK, pool.liveBytes(), "x, y and the other");
    assertEquals(idle.address(), gpu.allocate(N).address());
    graph.close();
    assertThrows(IllegalStateException.class, graph::replay);
  }

  /// The result of recorded work lies in the graph's memory; it outlives the graph until it is
  /// freed, or the other way round.
  @Test
  void aResultAndItsGraphMayEndInEitherOrder() {
    GpuF32 x = filled(3);
    long before = pool.liveBytes();
    for (boolean graphFirst : new boolean[] {true, false}) {
      List<GpuF32> results = new ArrayList<>();
      Graph graph =
          gpu.capture(
              () -> {
                results.add(gpu.allocate(N));
                gpu.copy(results.getFirst(), x);
              });
      graph.replay();
      GpuF32 result = results.getFirst();
      assertAll(3, result);
      if (graphFirst) {
        graph.close();
        assertEquals(before + BLOCK, pool.liveBytes());
        assertNotEquals(result.address(), gpu.allocate(N).address());
        before += BLOCK;
        gpu.free(result);
      } else {
        gpu.free(result);
        assertEquals(before + BLOCK, pool.liveBytes());
        assertNotEquals(result.address(), gpu.allocate(N).address());
        before += BLOCK;
        graph.replay();
        graph.close();
      }
      assertEquals(before, pool.liveBytes());
      assertEquals(result.address(), gpu.allocate(N).address());
      before += BLOCK;
    }
  }

  /// What was there before is not the graph's, though it is freed while the graph is recorded.
  @Test
  void whatIsFreedMeanwhileIsIdleAfterwards() {
    GpuF32 old = filled(1);
    GpuF32 y = filled(0);
    long before = pool.liveBytes();
    Graph graph =
        gpu.capture(
            () -> {
              gpu.free(old);
              GpuF32 own = gpu.allocate(N);
              assertNotEquals(old.address(), own.address());
              gpu.fill(own, 5);
              gpu.copy(y, own);
            });
    assertEquals(before, pool.liveBytes(), "one more, one less");
    assertEquals(old.address(), gpu.allocate(N).address());
    graph.replay();
    assertAll(5, y);
    graph.close();
  }

  @Test
  void aRefusedRecordingLeavesEverythingAsItWas() {
    GpuF32 x = filled(4);
    long before = pool.liveBytes();
    CaptureRefusedException e =
        assertThrows(
            CaptureRefusedException.class,
            () ->
                gpu.capture(
                    () -> {
                      assertTrue(gpu.isCapturing());
                      gpu.free(gpu.allocate(N));
                      gpu.fill(x, 0);
                      x.get(0);
                    }));
    assertTrue(e.getMessage().startsWith("copy to the host"), e.getMessage());
    assertFalse(gpu.isCapturing());
    assertEquals(before, pool.liveBytes());
    assertAll(4, x);
    IllegalStateException thrown = new IllegalStateException("of the work's own");
    assertEquals(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () ->
                gpu.capture(
                    () -> {
                      gpu.fill(x, 0);
                      throw thrown;
                    })));
    assertAll(4, x);
    gpu.capture(() -> gpu.fill(x, 6)).close();
    assertAll(4, x);
  }

  @Test
  void aReplayIsALaunchOfARecordedRun() {
    GpuF32 x = filled(0);
    try (Graph graph = gpu.capture(() -> gpu.fill(x, 1))) {
      Recorder recorder = new Recorder(100, RecordingListener.NONE);
      Recording.with(
          recorder,
          () -> {
            graph.replay();
            return x;
          });
      Slice slice = recorder.finish("", 1, List.of()).slices().getFirst();
      assertEquals(Kind.LAUNCH, slice.kind());
      assertEquals("graph", slice.name());
    }
  }

  /// A refusal that the work does not hand on is one all the same.
  @Test
  void aRefusalCannotBeSwallowed() {
    GpuF32 x = filled(4);
    Runnable work =
        () -> {
          assertThrows(CaptureRefusedException.class, () -> x.get(0));
          assertThrows(CaptureRefusedException.class, () -> gpu.capture(() -> {}));
        };
    assertThrows(CaptureRefusedException.class, () -> gpu.capture(work));
  }

  /// cuBLAS's product and cuDNN's convolution, whose workspace and turned weights are the graph's;
  /// a stand-in for them on the host cannot be recorded.
  @Test
  void workOfLibrariesIsRecorded() {
    Gpu withLibraries = TestGpu.withLibraries();
    GpuF32 x = sent(withLibraries, 1, 2, 3, 4);
    GpuF32 weight = sent(withLibraries, 1, 0, 2, 1, 1, -1, 0, 3);
    GpuF32 product = sent(withLibraries, 0, 0, 0, 0);
    GpuF32 image = sent(withLibraries, 0, 0);
    GemmShape square = GemmShape.of(false, true, 2, 2, 2);
    Conv2dShape window = new Conv2dShape(1, 2, 1, 2, 2, 1, 2, 1, 1, 0, 0, 0, 0, 1);
    Runnable work =
        () -> {
          GemmKernel.on(withLibraries, x).multiply(square, product, x, x, null, null);
          Conv2dKernel.on(withLibraries, x).forward(window, image, x, weight, Conv2dAddends.NONE);
        };
    work.run();
    float[][] expected = {values(product), values(image)};
    if (!TestGpu.isBehindStubs() && !TestGpu.isReal()) {
      assertThrows(CaptureRefusedException.class, () -> withLibraries.capture(work));
      return;
    }
    try (Graph graph = withLibraries.capture(work)) {
      for (int i = 0; i < 2; i++) {
        withLibraries.fill(product, 9);
        withLibraries.fill(image, 9);
        graph.replay();
        assertArrayEquals(expected[0], values(product));
        assertArrayEquals(expected[1], values(image));
      }
    }
  }

  private static GpuF32 sent(Gpu to, float... values) {
    GpuF32 buffer = to.allocate(values.length);
    to.upload(buffer, F32.of(values));
    return buffer;
  }

  @Test
  void whatALibraryCannotRecordIsRefused() {
    GpuF32 x = filled(4);
    Runnable work =
        () ->
            gpu.call(
                this,
                "work",
                () -> "",
                x,
                () -> {
                  throw new IllegalStateException("not now");
                });
    assertEquals(
        "GraphTest, work: not now",
        assertThrows(CaptureRefusedException.class, () -> gpu.capture(work)).getMessage());
  }

  /// Two launches put together at once, and one that was given up.
  @Test
  void launchesDoNotShareArguments() {
    PtxSource store =
        PtxSource.of(
            "store.ptx",
            """
            .version 6.0
            .target sm_70
            .address_size 64
            .visible .entry store(.param .u64 y, .param .u32 value)
            {
              .reg .u64 %p;
              .reg .u32 %v;
              ld.param.u64 %p, [y];
              ld.param.u32 %v, [value];
              st.global.u32 [%p], %v;
              ret;
            }
            """);
    GpuF32 a = filled(0);
    GpuF32 b = filled(0);
    Launch first = gpu.launch(store, "store").out(a);
    Launch second = gpu.launch(store, "store").out(b);
    gpu.launch(store, "store").out(b);
    second.i32(Float.floatToIntBits(2)).run();
    first.i32(Float.floatToIntBits(1)).run();
    assertArrayEquals(new double[] {1, 2}, new double[] {a.get(0), b.get(0)});
    assertThrows(IllegalStateException.class, first::run);
  }
}
