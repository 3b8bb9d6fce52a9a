package cadj.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import cadj.kernels.device.Driver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.regex.Pattern;

/// What the stub libraries call: memory, modules and launches of another [Driver], and plain
/// definitions of what cuBLAS and cuDNN compute, in their own conventions (columns first, channels
/// last).
///
/// An exception must not pass through C: it is printed, and CUDA's nearest error is returned.
@SuppressWarnings("restricted")
final class StubMachine {
  private static final int ILLEGAL_ADDRESS = 700;

  /// As in `stub.h`.
  private static final int TO_TF32 = 1;

  private static final int TO_BF16 = 2;
  private static final Pattern PLACE = Pattern.compile("^\\S*:(\\d+): *");

  private final Driver driver;

  StubMachine(Driver driver) {
    this.driver = driver;
  }

  /// `struct machine`, for as long as the process lives.
  MemorySegment table() {
    return Arena.global()
        .allocateFrom(
            JAVA_LONG,
            entry("allocate", JAVA_LONG, JAVA_LONG),
            entry("release", JAVA_INT, JAVA_LONG),
            entry("copyIn", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            entry("copyOut", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            entry("copy", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            entry("fill", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG),
            entry("load", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            entry("function", JAVA_LONG, JAVA_LONG, JAVA_LONG),
            entry("launch", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            entry("multiply", JAVA_INT, JAVA_LONG),
            entry("convolve", JAVA_INT, JAVA_LONG));
  }

  private long entry(String method, ValueLayout result, ValueLayout... parameters) {
    FunctionDescriptor type = FunctionDescriptor.of(result, parameters);
    try {
      MethodHandle handle = MethodHandles.lookup().bind(this, method, type.toMethodType());
      return Linker.nativeLinker().upcallStub(handle, type, Arena.global()).address();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MemorySegment host(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private interface Work {
    void run();
  }

  private static int result(Work work) {
    try {
      work.run();
      return 0;
    } catch (RuntimeException | Error e) {
      System.err.println("stub: " + e);
      return ILLEGAL_ADDRESS;
    }
  }

  long allocate(long bytes) {
    long[] address = new long[1];
    result(() -> address[0] = driver.allocate(bytes));
    return address[0];
  }

  int release(long address) {
    return result(() -> driver.free(address));
  }

  int copyIn(long to, long from, long bytes) {
    return result(() -> driver.copyIn(to, host(from, bytes)));
  }

  int copyOut(long to, long from, long bytes) {
    return result(() -> driver.copyOut(host(to, bytes), from));
  }

  int copy(long to, long from, long bytes) {
    return result(() -> driver.copy(to, from, bytes));
  }

  int fill(long to, int bits, long count) {
    return result(() -> driver.fill(to, bits, count));
  }

  /// Modules and functions are numbers from 0; here 0 means that there is none.
  long load(long ptx, long log, long logBytes) {
    try {
      String text = host(ptx, Long.MAX_VALUE).getString(0);
      return 1 + driver.load(PtxSource.of("stub", text));
    } catch (RuntimeException | Error e) {
      String words =
          PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst("line $1; error : ");
      String said = "ptxas application ptx input, " + words + "\n";
      host(log, logBytes)
          .setString(0, said.substring(0, (int) Math.min(said.length(), logBytes / 4)));
      return 0;
    }
  }

  long function(long module, long name) {
    long[] function = new long[1];
    result(
        () ->
            function[0] = 1 + driver.function(module - 1, host(name, Long.MAX_VALUE).getString(0)));
    return function[0];
  }

  int launch(long function, long shape, long arguments, long bytes) {
    int[] s = host(shape, 7 * Integer.BYTES).toArray(JAVA_INT);
    return result(
        () ->
            driver.launch(
                function - 1,
                new LaunchShape(s[0], s[1], s[2], s[3], s[4], s[5], s[6]),
                host(arguments, bytes)));
  }

  private float[] read(long address, long count) {
    float[] values = new float[Math.toIntExact(count)];
    driver.copyOut(MemorySegment.ofArray(values), address);
    return values;
  }

  private float[] factors(long address, long count, int precision) {
    float[] values = read(address, count);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (precision) {
            case TO_TF32 ->
                Float.intBitsToFloat(Float.floatToIntBits(values[i]) + 0x1000 & ~0x1fff);
            case TO_BF16 -> {
              int bits = Float.floatToIntBits(values[i]);
              yield Float.intBitsToFloat(bits + 0x7fff + (bits >> 16 & 1) & ~0xffff);
            }
            default -> values[i];
          };
    }
    return values;
  }

  private void write(long address, float[] values) {
    driver.copyIn(address, MemorySegment.ofArray(values));
  }

  /// Element (i,j) of a matrix lies at i + j·ld.
  int multiply(long what) {
    return result(() -> multiply(host(what, 128)));
  }

  private void multiply(MemorySegment what) {
    long[] at = what.asSlice(0, 40).toArray(JAVA_LONG);
    long[] stride = what.asSlice(40, 32).toArray(JAVA_LONG);
    int[] s = what.asSlice(72, 40).toArray(JAVA_INT);
    float alpha = what.get(JAVA_FLOAT, 112);
    float beta = what.get(JAVA_FLOAT, 116);
    int precision = what.get(JAVA_INT, 120);
    boolean transA = s[0] != 0;
    boolean transB = s[1] != 0;
    int m = s[2];
    int n = s[3];
    int k = s[4];
    int lda = s[5];
    int ldb = s[6];
    int ldc = s[7];
    int ldd = s[8];
    int batch = s[9];
    float[] bias = at[4] == 0 ? new float[m] : read(at[4], m);
    int aColumns = transA ? m : k;
    int bColumns = transB ? k : n;
    for (int t = 0; t < batch; t++) {
      float[] a =
          alpha == 0
              ? new float[0]
              : factors(
                  at[0] + 4L * t * stride[0],
                  (long) lda * (aColumns - 1) + (transA ? k : m),
                  precision);
      float[] b =
          alpha == 0
              ? new float[0]
              : factors(
                  at[1] + 4L * t * stride[1],
                  (long) ldb * (bColumns - 1) + (transB ? n : k),
                  precision);
      for (int j = 0; j < n; j++) {
        float[] c =
            beta == 0 ? new float[m] : read(at[2] + 4 * (t * stride[2] + (long) j * ldc), m);
        for (int i = 0; i < m; i++) {
          double sum = 0;
          for (int p = 0; p < k && alpha != 0; p++) {
            sum +=
                (double) a[transA ? p + i * lda : i + p * lda]
                    * b[transB ? j + p * ldb : p + j * ldb];
          }
          c[i] = (float) (alpha * sum + beta * c[i] + bias[i]);
        }
        write(at[3] + 4 * (t * stride[3] + (long) j * ldd), c);
      }
    }
  }

  int convolve(long what) {
    return result(() -> convolve(host(what, 112)));
  }

  /// Visits each product y += x·weight, whichever of the three is to be computed.
  private void convolve(MemorySegment what) {
    long[] at = what.asSlice(0, 40).toArray(JAVA_LONG);
    int[] s = what.asSlice(40, 64).toArray(JAVA_INT);
    float zFactor = what.get(JAVA_FLOAT, 104);
    int pass = s[0];
    int n = s[1];
    int ci = s[2];
    int h = s[3];
    int w = s[4];
    int co = s[5];
    int ho = s[6];
    int wo = s[7];
    int kh = s[8];
    int kw = s[9];
    int groups = s[14];
    int precision = s[15];
    int channels = ci / groups;
    int xLength = n * h * w * ci;
    int weightLength = co * kh * kw * channels;
    int yLength = n * ho * wo * co;
    float[] x = pass == 1 ? new float[0] : factors(at[0], xLength, precision);
    float[] weight = pass == 2 ? new float[0] : factors(at[1], weightLength, precision);
    float[] y = pass == 0 ? new float[0] : factors(at[2], yLength, precision);
    double[] out = new double[new int[] {yLength, xLength, weightLength}[pass]];
    float[] z = zFactor == 0 ? new float[0] : read(at[3], yLength);
    float[] bias = at[4] == 0 ? new float[0] : read(at[4], co);
    for (int image = 0; image < n; image++) {
      for (int i = 0; i < ho * wo * kh * kw; i++) {
        int row = i / (wo * kh * kw);
        int column = i / (kh * kw) % wo;
        int tapRow = i / kw % kh;
        int tapColumn = i % kw;
        int inRow = row * s[10] - s[12] + tapRow;
        int inColumn = column * s[11] - s[13] + tapColumn;
        if (inRow < 0 || inRow >= h || inColumn < 0 || inColumn >= w) {
          continue;
        }
        for (int o = 0; o < co; o++) {
          for (int c = 0; c < channels; c++) {
            int yAt = ((image * ho + row) * wo + column) * co + o;
            int xAt = ((image * h + inRow) * w + inColumn) * ci + o / (co / groups) * channels + c;
            int weightAt = ((o * kh + tapRow) * kw + tapColumn) * channels + c;
            switch (pass) {
              case 0 -> out[yAt] += (double) x[xAt] * weight[weightAt];
              case 1 -> out[xAt] += (double) y[yAt] * weight[weightAt];
              default -> out[weightAt] += (double) x[xAt] * y[yAt];
            }
          }
        }
      }
    }
    float[] rounded = new float[out.length];
    for (int i = 0; i < out.length; i++) {
      double added = (bias.length > 0 ? bias[i % co] : 0) + (z.length > 0 ? zFactor * z[i] : 0);
      rounded[i] = (float) (out[i] + added);
    }
    write(at[new int[] {2, 0, 1}[pass]], rounded);
  }
}
