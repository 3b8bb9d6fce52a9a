package cadj.kernels.ptxfile;

import static cadj.kernels.ptxfile.Compiled.empty;
import static cadj.kernels.ptxfile.Compiled.floats;
import static cadj.kernels.ptxfile.Compiled.i32;
import static cadj.kernels.ptxfile.Compiled.ints;
import static cadj.kernels.ptxfile.Compiled.random;
import static cadj.kernels.ptxfile.Compiled.shape;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.run.EmulatorException;
import org.junit.jupiter.api.Test;

/// A `__syncthreads()` that is missing is found, in whatever the compiler made of the rest.
class SeededRacesTest {
  private static final String RACE = "with no barrier in between";
  private static final String UNWRITTEN = "of shared memory that nobody has written";

  private static void found(
      String name, int barrier, String expected, LaunchShape shape, Argument... arguments) {
    for (String target : new String[] {"sm_75", "sm_80", "sm_90"}) {
      Compiled kernel = Compiled.withoutBarrier(name, target, barrier);
      String message =
          assertThrows(EmulatorException.class, () -> kernel.run(shape, arguments)).getMessage();
      assertTrue(message.startsWith(name + ".ptx:") && message.contains(expected), message);
    }
  }

  @Test
  void reduction() {
    found(
        "reduction",
        0,
        UNWRITTEN,
        shape(1, 64),
        floats(random(1, 100)),
        floats(new float[1]),
        i32(100));
  }

  @Test
  void transpose() {
    found(
        "transpose",
        0,
        UNWRITTEN,
        new LaunchShape(1, 1, 1, 32, 8, 1, 0),
        empty(ElementType.F32, 1024),
        floats(random(1, 1024)),
        i32(32),
        i32(32));
  }

  @Test
  void histogram() {
    Argument counts = Argument.Array.of(ElementType.U32, 256, i -> 0);
    Argument x = Argument.Array.of(ElementType.U8, 512, i -> 255 - i % 256);
    found("histogram", 0, UNWRITTEN, shape(1, 64), counts, x, i32(512));
    found("histogram", 1, RACE, shape(1, 64), counts, x, i32(512));
  }

  @Test
  void scan() {
    LaunchShape shape = new LaunchShape(1, 1, 1, 64, 1, 1, 512);
    found("scan", 1, RACE, shape, empty(ElementType.I64, 64), ints(random(1, 64, 0, 9)));
  }

  @Test
  void matmul() {
    found(
        "matmul",
        1,
        RACE,
        new LaunchShape(1, 1, 1, 16, 16, 1, 0),
        empty(ElementType.F32, 256),
        floats(random(1, 16 * 32)),
        floats(random(2, 32 * 16)),
        i32(16),
        i32(16),
        i32(32));
  }
}
