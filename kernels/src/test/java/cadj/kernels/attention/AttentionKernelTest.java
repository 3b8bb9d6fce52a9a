package cadj.kernels.attention;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionKernelTest {
  private static final double FORWARD = 2e-6;
  private static final double BACKWARD = 1e-5;

  private final AttentionKernel reference = new AttentionReference();
  private boolean gpuToo = true;

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1,1",
    "2,2,1,9,3",
    "1,3,17,1,5",
    "2,1,31,33,8",
    "1,2,64,77,40",
    "2,3,65,129,8",
    "1,1,130,128,64",
    "1,2,33,260,80",
    "1,1,40,40,160",
    "1,1,50,70,512",
    "1,1,65,33,128",
    "1,1,3,37,520", // more columns than a block of a GPU has
    "1,1,300,9,3",
    "1,2,65,33,41", // a little more than a tile of a GPU in all directions
    "2,1,64,32,40", // and just one
    "1,1,1,70,81"
  })
  void agree(int batch, int heads, int queries, int keys, int dim) {
    agree(
        new AttentionShape(batch, heads, queries, keys, dim, (float) (1 / Math.sqrt(dim)), false),
        1);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1",
    "2,2,7,3",
    "1,3,32,8",
    "1,2,77,40",
    "1,1,129,64",
    "1,1,300,5",
    "1,2,65,81"
  })
  void agreeCausal(int batch, int heads, int tokens, int dim) {
    agree(
        new AttentionShape(batch, heads, tokens, tokens, dim, (float) (1 / Math.sqrt(dim)), true),
        1);
  }

  /// Beyond what one task of the CPU takes: several tasks for the queries of a head, several chunks
  /// of keys in each of several groups, and both with a mask. A GPU's tiles are all in use before.
  @ParameterizedTest
  @CsvSource({
    "1,2,130,40,512,false",
    "2,8,5,1605,8,false",
    "2,8,650,650,2,false",
    "2,8,650,650,2,true"
  })
  void severalTasksAndChunks(int batch, int heads, int queries, int keys, int dim, boolean causal) {
    gpuToo = false;
    float scale = (float) (1 / Math.sqrt(dim));
    agree(new AttentionShape(batch, heads, queries, keys, dim, scale, causal), 1);
  }

  /// Scores of many hundreds: all weight on a few keys, all others next to nothing or nothing.
  @Test
  void hugeSpread() {
    AttentionShape shape = new AttentionShape(1, 2, 70, 150, 16, 0.25f, false);
    F32 q = Samples.normal(1, 70 * 2 * 16, 0, 16);
    F32 k = Samples.normal(2, 150 * 2 * 16, 0, 16);
    F32 v = Samples.normal(3, 150 * 2 * 16);
    // Rounding of a score of 1000 alone moves a probability by 6e-5.
    assertAgree(
        "attention, huge spread",
        3e-4,
        (kernel, o) -> kernel.forward(shape, o[0], o[1], q, k, v),
        70 * 2 * 16,
        2 * 70);
  }

  /// Scores of a few hundreds below zero: e^−score would overflow, and a key that does not exist
  /// has the score zero.
  @Test
  void farBelowZero() {
    AttentionShape shape = new AttentionShape(1, 2, 70, 45, 16, 0.25f, false);
    F32 q = Samples.normal(1, 70 * 2 * 16, 7, 1);
    F32 k = Samples.normal(2, 45 * 2 * 16, -7, 1);
    F32 v = Samples.normal(3, 45 * 2 * 16);
    F32 dout = Samples.normal(4, 70 * 2 * 16);
    F32 out = F32.of(new float[70 * 2 * 16]);
    F32 lse = F32.of(new float[2 * 70]);
    reference.forward(shape, out, lse, q, k, v);
    assertTrue(lse.get(0) < -100, "lse " + lse.get(0));
    // Rounding of a score of 200 alone moves a probability by 1e-5.
    assertAgree(
        "attention backward, far below zero",
        1e-4,
        (kernel, o) -> kernel.backward(shape, o[0], o[1], o[2], dout, out, lse, q, k, v),
        70 * 2 * 16,
        45 * 2 * 16,
        45 * 2 * 16);
  }

  /// NaN in a query stays with that query; a key that is −∞ along a query counts for nothing.
  @Test
  void extremes() {
    AttentionShape shape = new AttentionShape(1, 1, 40, 150, 1, 1, false);
    F32 q = Samples.normal(1, 40, 3, 0);
    q.set(7, Double.NaN);
    F32 k = Samples.normal(2, 150);
    // One among others, and all of the first and the last of any tiles.
    k.set(100, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < 150; i++) {
      if (i < 70 || i >= 128) {
        k.set(i, Double.NEGATIVE_INFINITY);
      }
    }
    F32 v = Samples.normal(3, 150);
    assertAgree(
        "attention of extremes",
        FORWARD,
        (kernel, o) -> kernel.forward(shape, o[0], o[1], q, k, v),
        40,
        40);
  }

  /// As many keys as an image of 64×64 has: errors do not grow with their number.
  @ParameterizedTest
  @ValueSource(ints = {4096, 4099})
  void manyKeys(int keys) {
    agree(new AttentionShape(1, 1, 5, keys, 40, 0.158f, false), 1);
  }

  /// On a GPU: inputs off their boundary of 16 bytes while outputs lie on theirs, and the other way
  /// round; heads that would allow whole runs of 4.
  @ParameterizedTest
  @ValueSource(ints = {8, 44})
  void askew(int dim) {
    AttentionShape s = new AttentionShape(2, 3, 70, 37, dim, 0.3f, false);
    int queryFloats = 2 * 70 * 3 * dim;
    int keyFloats = 2 * 37 * 3 * dim;
    int rows = 2 * 3 * 70;
    F32 q = Samples.normal(1, queryFloats);
    F32 k = Samples.normal(2, keyFloats);
    F32 v = Samples.normal(3, keyFloats);
    F32 dout = Samples.normal(4, queryFloats);
    F32 out = F32.of(new float[queryFloats]);
    F32 lse = F32.of(new float[rows]);
    reference.forward(s, out, lse, q, k, v);
    assertAgree(
        s + " forward, askew",
        FORWARD,
        (kernel, o) ->
            kernel.forward(
                s, o[0], o[1], Twins.askew(o[2], q), Twins.askew(o[3], k), Twins.askew(o[4], v)),
        queryFloats,
        rows,
        queryFloats + 1,
        keyFloats + 1,
        keyFloats + 1);
    assertAgree(
        s + " backward, askew",
        BACKWARD,
        (kernel, o) ->
            kernel.backward(
                s,
                o[0],
                o[1],
                o[2],
                Twins.askew(o[3], dout),
                out,
                lse,
                Twins.askew(o[4], q),
                Twins.askew(o[5], k),
                Twins.askew(o[6], v)),
        queryFloats,
        keyFloats,
        keyFloats,
        queryFloats + 1,
        queryFloats + 1,
        keyFloats + 1,
        keyFloats + 1);
  }

  private void assertAgree(
      String name, double tolerance, BiConsumer<AttentionKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, AttentionVector::new, tolerance, run::accept, lengths);
    if (gpuToo) {
      Twins.assertAgreeOnGpu(name, reference, AttentionCuda::new, tolerance, run, lengths);
    }
  }

  private void agree(AttentionShape s, double spread) {
    int queryFloats = s.batch() * s.queries() * s.heads() * s.dim();
    int keyFloats = s.batch() * s.keys() * s.heads() * s.dim();
    int rows = s.batch() * s.heads() * s.queries();
    F32 q = Samples.normal(1, queryFloats, 0, spread);
    F32 k = Samples.normal(2, keyFloats, 0, spread);
    F32 v = Samples.normal(3, keyFloats);
    F32 dout = Samples.normal(4, queryFloats);
    assertAgree(
        s + " forward",
        FORWARD,
        (kernel, o) -> kernel.forward(s, o[0], o[1], q, k, v),
        queryFloats,
        rows);
    F32 out = F32.of(new float[queryFloats]);
    F32 lse = F32.of(new float[rows]);
    reference.forward(s, out, lse, q, k, v);
    if (s.keys() == 1) {
      // One key has all the weight whatever the query: dq and dk are nothing but rounding.
      F32 ignored = F32.of(new float[queryFloats]);
      F32 ignoredToo = F32.of(new float[keyFloats]);
      assertAgree(
          s + " backward",
          BACKWARD,
          (kernel, o) -> kernel.backward(s, ignored, ignoredToo, o[0], dout, out, lse, q, k, v),
          keyFloats);
      return;
    }
    assertAgree(
        s + " backward",
        BACKWARD,
        (kernel, o) -> kernel.backward(s, o[0], o[1], o[2], dout, out, lse, q, k, v),
        queryFloats,
        keyFloats,
        keyFloats);
  }

  /// Gradients of which some are not wanted: the others are those of all, to the bit on the CPU.
  ///
  /// @param wanted 1 for dq, 2 for dk, 4 for dv, summed
  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "3,true", "4,false", "5,false", "6,true", "6,false"})
  void someGradientsOnly(int wanted, boolean causal) {
    AttentionShape s = new AttentionShape(2, 2, 70, causal ? 70 : 77, 41, 0.15f, causal);
    int queryFloats = 2 * 70 * 2 * 41;
    int keyFloats = 2 * s.keys() * 2 * 41;
    F32 q = Samples.normal(1, queryFloats);
    F32 k = Samples.normal(2, keyFloats);
    F32 v = Samples.normal(3, keyFloats);
    F32 dout = Samples.normal(4, queryFloats);
    F32 out = F32.of(new float[queryFloats]);
    F32 lse = F32.of(new float[2 * 2 * 70]);
    reference.forward(s, out, lse, q, k, v);
    int[] all = {queryFloats, keyFloats, keyFloats};
    int[] which = IntStream.range(0, 3).filter(i -> (wanted >> i & 1) == 1).toArray();
    BiConsumer<AttentionKernel, Buffer[]> some =
        (kernel, o) -> {
          @Nullable Buffer[] gradients = new @Nullable Buffer[3];
          for (int i = 0; i < which.length; i++) {
            gradients[which[i]] = o[i];
          }
          kernel.backward(s, gradients[0], gradients[1], gradients[2], dout, out, lse, q, k, v);
        };
    int[] sizes = IntStream.of(which).map(i -> all[i]).toArray();
    assertAgree(s + " backward, some", BACKWARD, some, sizes);
    for (AttentionKernel kernel : List.of(reference, new AttentionVector(new Cpu(2)))) {
      F32[] every = IntStream.of(all).mapToObj(n -> F32.of(new float[n])).toArray(F32[]::new);
      kernel.backward(s, every[0], every[1], every[2], dout, out, lse, q, k, v);
      F32[] alone = IntStream.of(sizes).mapToObj(n -> F32.of(new float[n])).toArray(F32[]::new);
      some.accept(kernel, alone);
      for (int i = 0; i < which.length; i++) {
        assertArrayEquals(every[which[i]].array(), alone[i].array(), "gradient " + which[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slopes(boolean causal) {
    AttentionShape s = new AttentionShape(1, 2, 4, causal ? 4 : 5, 3, 0.7f, causal);
    int queryFloats = 4 * 2 * 3;
    int keyFloats = s.keys() * 2 * 3;
    F64 q = Samples.normalDouble(1, queryFloats);
    F64 k = Samples.normalDouble(2, keyFloats);
    F64 v = Samples.normalDouble(3, keyFloats);
    F64 dout = Samples.normalDouble(4, queryFloats);
    F64 out = F64.of(new double[queryFloats]);
    F64 lse = F64.of(new double[8]);
    DoubleSupplier loss =
        () -> {
          reference.forward(s, out, lse, q, k, v);
          return dot(dout, out);
        };
    reference.forward(s, out, lse, q, k, v);
    F64 dq = F64.of(new double[queryFloats]);
    F64 dk = F64.of(new double[keyFloats]);
    F64 dv = F64.of(new double[keyFloats]);
    reference.backward(s, dq, dk, dv, dout, out, lse, q, k, v);
    assertGradient("q", loss, q, dq);
    assertGradient("k", loss, k, dk);
    assertGradient("v", loss, v, dv);
  }

  /// A head in two unequal pieces, in arrays that end where it ends.
  @Test
  void readsNothingBeyondTheEnd() {
    AttentionShape s = new AttentionShape(1, 1, 3, 2, 401, 0.05f, false);
    F32 q = exact(1, 3 * 401);
    F32 k = exact(2, 2 * 401);
    F32 v = exact(3, 2 * 401);
    F32 dout = exact(4, 3 * 401);
    F32 out = F32.of(new float[3 * 401]);
    F32 lse = F32.of(new float[3]);
    gpuToo = false;
    assertAgree(
        "forward",
        FORWARD,
        (kernel, o) -> kernel.forward(s, o[0], o[1], q, k, v),
        q.length(),
        lse.length());
    reference.forward(s, out, lse, q, k, v);
    assertAgree(
        "backward",
        BACKWARD,
        (kernel, o) -> kernel.backward(s, o[0], o[1], o[2], dout, out, lse, q, k, v),
        q.length(),
        k.length(),
        v.length());
  }

  private static F32 exact(long seed, int n) {
    F32 values = F32.of(new float[n]);
    Twins.write(values, Samples.normal(seed, n));
    return values;
  }

  /// Equal keys share the weight: lse = score + log n.
  @Test
  void logSum() {
    AttentionShape s = new AttentionShape(1, 1, 2, 5, 1, 2, false);
    F32 lse = F32.of(new float[2]);
    F32 k = F32.of(3, 3, 3, 3, 3);
    F32 v = F32.of(1, 2, 3, 4, 5);
    F32 out = F32.of(new float[2]);
    new AttentionVector(new Cpu(1)).forward(s, out, lse, F32.of(1, -1), k, v);
    assertEquals(6 + Math.log(5), lse.get(0), 1e-6);
    assertEquals(-6 + Math.log(5), lse.get(1), 1e-6);
    assertEquals(3, out.get(0), 1e-6);
  }
}
