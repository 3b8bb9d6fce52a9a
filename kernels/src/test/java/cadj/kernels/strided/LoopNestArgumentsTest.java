package cadj.kernels.strided;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.twins.TestGpu;
import org.junit.jupiter.api.Test;

final class LoopNestArgumentsTest {
  private static final F32 HOST = F32.of(0);

  @Test
  void takesFourStepsAtOnceWhereAllThatMovesStaysOnItsBoundary() {
    int[] rows = {12, 1};
    assertEquals(4, steps(new int[] {5, 12}, rows, rows));
    assertEquals(4, steps(new int[] {5, 12}, rows, new int[] {0, 1}));
    assertEquals(4, steps(new int[] {5, 12}, rows, new int[] {1, 0}));
    assertEquals(4, steps(new int[] {5, 12}, rows, new int[] {0, 0}));
    assertEquals(4, steps(new int[] {5, 12}, new int[] {16, 1}, rows));
    assertEquals(1, steps(new int[] {5, 12}, rows, new int[] {13, 1}), "rows off the boundary");
    assertEquals(1, steps(new int[] {5, 12}, new int[] {14, 1}, rows), "outputs off the boundary");
    assertEquals(1, steps(new int[] {5, 12}, rows, new int[] {24, 2}), "elements apart");
    assertEquals(1, steps(new int[] {5, 12}, new int[] {24, 2}, rows), "outputs apart");
    assertEquals(1, steps(new int[] {5, 10}, new int[] {12, 1}, rows), "10 is no multiple");
    assertEquals(1, steps(new int[] {0, 12}, rows, rows), "no steps");
  }

  @Test
  void takesOneStepWhereABufferIsOffItsBoundary() {
    Gpu gpu = TestGpu.plain();
    GpuF32 buffer = gpu.allocate(64);
    int[] rows = {12, 1};
    LoopNest nest = LoopNest.of(new int[] {4, 12}, new int[] {16, 1}, rows);
    assertEquals(4, LoopNestArguments.stepsAtOnce(nest, buffer, HOST));
    assertEquals(1, LoopNestArguments.stepsAtOnce(nest, buffer.slice(1, 63), HOST));
    assertEquals(1, LoopNestArguments.stepsAtOnce(nest, HOST, buffer.slice(2, 62)));
    assertEquals(4, LoopNestArguments.stepsAtOnce(nest, HOST, buffer.slice(4, 60)));
    gpu.free(buffer);
  }

  @Test
  void refusesMoreLoopsThanThereIsRoomFor() {
    int[] sizes = {2, 2, 2, 2, 2, 2, 2, 2, 2};
    int[] out = {256, 128, 64, 32, 16, 8, 4, 2, 1};
    int[] in = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    PtxSource source =
        PtxSource.of(
            "any.ptx",
            ".version 6.0\n.target sm_70\n.address_size 64\n.visible .entry any() { ret; }\n");
    Launch launch = TestGpu.plain().launch(source, "any");
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> LoopNestArguments.put(launch, LoopNest.of(sizes, out, in)));
    assertEquals("a GPU's kernels walk at most 8 loops, got 9", e.getMessage());
  }

  private static int steps(int[] sizes, int[] out, int[] in) {
    return LoopNestArguments.stepsAtOnce(LoopNest.of(sizes, out, in), new Buffer[] {HOST, HOST});
  }
}
