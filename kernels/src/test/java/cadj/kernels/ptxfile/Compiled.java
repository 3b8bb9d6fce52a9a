package cadj.kernels.ptxfile;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A CUDA file beside this class, as the compiler made PTX of it, and how to run it.
final class Compiled {
  private final PtxFile file;
  private final StringBuilder printed = new StringBuilder();

  private Compiled(PtxFile file) {
    this.file = file;
  }

  /// @param target such as `sm_80`
  static Compiled of(String name, String target) {
    return new Compiled(PtxFile.of(name + ".ptx", text(name, target)));
  }

  static String text(String name, String target) {
    String path = target + "/" + name + ".ptx";
    try (InputStream in = Compiled.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  /// The same without its `__syncthreads()` of that number, from 0.
  static Compiled withoutBarrier(String name, String target, int number) {
    String text = text(name, target);
    Matcher barrier = Pattern.compile("bar\\.sync\\s+0;").matcher(text);
    for (int i = 0; i <= number; i++) {
      if (!barrier.find()) {
        throw new IllegalStateException("%s: no barrier %d".formatted(name, number));
      }
    }
    String without = text.substring(0, barrier.start()) + text.substring(barrier.end());
    return new Compiled(PtxFile.of(name + ".ptx", without));
  }

  /// Runs the only entry with all checks.
  Map<Integer, Argument.Array> run(LaunchShape shape, Argument... arguments) {
    return run(new Cpu(1), Checks.ALL, shape, arguments);
  }

  Map<Integer, Argument.Array> run(
      Cpu cpu, Checks checks, LaunchShape shape, Argument... arguments) {
    EmulatedDriver driver = new EmulatedDriver(cpu, checks, 20_000_000);
    try (driver) {
      driver.print(printed::append);
      return new EntryRun(file, file.entry(null), shape, List.of(arguments)).on(driver);
    }
  }

  String printed() {
    return printed.toString();
  }

  static LaunchShape shape(int grid, int block) {
    return new LaunchShape(grid, 1, 1, block, 1, 1, 0);
  }

  static Argument.Array floats(float... values) {
    return Argument.Array.of(
        ElementType.F32, values.length, i -> Float.floatToRawIntBits(values[i]));
  }

  static Argument.Array doubles(double... values) {
    return Argument.Array.of(
        ElementType.F64, values.length, i -> Double.doubleToRawLongBits(values[i]));
  }

  static Argument.Array ints(int... values) {
    return Argument.Array.of(ElementType.I32, values.length, i -> values[i]);
  }

  static Argument.Array empty(ElementType type, int length) {
    return new Argument.Array(type, length, null);
  }

  static Argument i32(int value) {
    return new Argument.Value(ElementType.I32, value);
  }

  static Argument f32(float value) {
    return new Argument.Value(ElementType.F32, Float.floatToRawIntBits(value));
  }

  /// Values from −1 to 1.
  static float[] random(int seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }

  /// Whole numbers from `low` to below `high`.
  static int[] random(int seed, int length, int low, int high) {
    return new SplittableRandom(seed).ints(length, low, high).toArray();
  }

  static float[] floats(Argument.Array array) {
    float[] values = new float[array.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.type().value(array.bits(i));
    }
    return values;
  }

  static long[] integers(Argument.Array array) {
    long[] values = new long[array.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.type().integer(array.bits(i));
    }
    return values;
  }
}
