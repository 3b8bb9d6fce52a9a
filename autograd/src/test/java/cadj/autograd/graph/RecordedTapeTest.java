package cadj.autograd.graph;

import static cadj.autograd.ops.Attention.attention;
import static cadj.autograd.ops.Conv2d.conv2d;
import static cadj.autograd.ops.GroupNorm.groupNormSilu;
import static cadj.autograd.ops.Linear.linear;
import static cadj.autograd.ops.LogSoftmax.logSoftmax;
import static cadj.autograd.ops.MatMul.matmul;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Softmax.softmax;
import static cadj.autograd.ops.Sub.sub;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Conv2d.Window;
import cadj.kernels.profiler.Profiler;
import cadj.kernels.record.Allocation;
import cadj.kernels.record.Kind;
import cadj.kernels.record.Recording;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import cadj.tensor.Tensor;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.DryRun;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What operations, modules, scopes and tapes tell the recording of a run.
class RecordedTapeTest {
  private final SplittableRandom random = new SplittableRandom(7);
  private final Tensor x = normal(2, 8, 6, 6);
  private final Tensor kernel = normal(8, 8, 3, 3);
  private final Tensor scale = normal(8);
  private final Tensor shift = normal(8);
  private final Tensor w = normal(5, 36);

  private Tensor normal(int... dims) {
    float[] values = new float[Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, dims);
  }

  /// Σ of a little network of two modules.
  private Tensor network() {
    Tensor h =
        Activations.module(
            "conv",
            x,
            in -> groupNormSilu(conv2d(in, kernel, null, Window.same(1)), 2, scale, shift, 1e-5f));
    Tensor out = Activations.module("fc", h, in -> linear(reshape(in, 2, 8, 36), w, null));
    return sum(mul(out, out));
  }

  private float[] gradients(Supplier<Tensor> work) {
    return Tape.record(
        List.of(kernel, w),
        tape -> {
          Gradients g = tape.backward(work.get());
          float[] a = g.of(kernel).toFloats();
          float[] b = g.of(w).toFloats();
          float[] both = new float[a.length + b.length];
          System.arraycopy(a, 0, both, 0, a.length);
          System.arraycopy(b, 0, both, a.length, b.length);
          return both;
        });
  }

  private static RunProfile record(Runnable work) {
    return Profiler.record(
            () -> {
              Scope.run("test", work);
              return null;
            })
        .profile();
  }

  private static List<Slice> of(RunProfile run, Kind kind) {
    return run.slices().stream().filter(slice -> slice.kind() == kind).toList();
  }

  private static List<String> names(List<Slice> slices) {
    return slices.stream().map(Slice::name).toList();
  }

  private static Work work(Slice slice) {
    return Objects.requireNonNull(slice.work(), slice.name());
  }

  @Test
  void resultsAreTheSameBits() {
    float[] plain = gradients(this::network);
    float[] recorded = Profiler.record(() -> gradients(this::network)).result();
    assertArrayEquals(plain, recorded);
  }

  @Test
  void operationsLieInTheirModules() {
    RunProfile run = record(() -> gradients(this::network));
    List<Slice> operations = of(run, Kind.OPERATION);
    assertEquals(
        List.of("conv2d", "groupNorm", "reshape", "linear", "mul", "sum"), names(operations));
    List<Slice> modules = of(run, Kind.MODULE);
    assertEquals(List.of("conv", "fc"), names(modules));
    assertEquals(modules.get(0).id(), operations.get(0).parent());
    assertEquals(modules.get(0).id(), operations.get(1).parent());
    assertEquals(modules.get(1).id(), operations.get(3).parent());
    assertEquals(List.of("test", "backward"), names(of(run, Kind.PHASE)));
  }

  @Test
  void backwardPassesKnowTheirForwardPasses() {
    RunProfile run = record(() -> gradients(this::network));
    List<Slice> backward = of(run, Kind.BACKWARD);
    assertEquals(
        List.of("sum", "mul", "linear", "reshape", "groupNorm", "conv2d"), names(backward));
    for (Slice slice : backward) {
      Slice cause = run.slices().get(slice.cause());
      assertEquals(Kind.OPERATION, cause.kind());
      assertEquals(slice.name(), cause.name());
      assertTrue(cause.end() <= slice.start());
      assertEquals("backward", run.slices().get(slice.parent()).name());
    }
    assertEquals(6, backward.stream().map(Slice::cause).distinct().count());
  }

  /// Everything inside a slice lies inside its time, one after the other.
  @Test
  void childrenLieInsideTheirParents() {
    RunProfile run = record(() -> gradients(this::network));
    long[] end = new long[run.slices().size()];
    for (Slice slice : run.slices()) {
      assertTrue(slice.start() <= slice.end());
      if (slice.parent() >= 0) {
        Slice around = run.slices().get(slice.parent());
        assertTrue(around.start() <= slice.start() && slice.end() <= around.end());
        assertTrue(end[slice.parent()] <= slice.start());
        end[slice.parent()] = slice.end();
      }
    }
  }

  /// A multiplication and an addition for each time that the innermost loop would run.
  @Test
  void flopsAreThoseOfPlainLoops() {
    RunProfile run =
        record(
            () -> {
              conv2d(x, kernel, shift, Window.of(2, 1));
              linear(normal(3, 4, 36), w, normal(5));
              matmul(normal(2, 3, 7, 4), normal(3, 4, 6));
              attention(normal(2, 5, 8), normal(2, 9, 8), normal(2, 9, 8), 4, false);
              attention(normal(2, 5, 8), normal(2, 5, 8), normal(2, 5, 8), 2, true);
              silu(x);
            });
    long convolution = 0;
    for (int n = 0; n < 2; n++) {
      for (int o = 0; o < 8; o++) {
        for (int pixel = 0; pixel < 3 * 3; pixel++) {
          for (int tap = 0; tap < 8 * 3 * 3; tap++) {
            convolution += 2;
          }
        }
      }
    }
    long causal = 0;
    for (int batch = 0; batch < 2; batch++) {
      for (int i = 0; i < 5; i++) {
        for (int j = 0; j <= i; j++) {
          causal += 2 * 2 * 8; // q·k and p·v, over all heads
        }
      }
    }
    assertEquals(
        List.of(
            convolution,
            2L * 3 * 4 * 36 * 5,
            2L * 2 * 3 * 7 * 4 * 6,
            2L * 2 * 2 * 5 * 9 * 8,
            causal,
            2L * 8 * 6 * 6),
        of(run, Kind.OPERATION).stream().map(slice -> work(slice).flops()).toList());
  }

  /// Four for each element: y = exp(x − max)/sum, and y·(dy − Σ dy·y).
  @Test
  void flopsOfSoftmaxes() {
    Tensor x = normal(4, 6);
    List<UnaryOperator<Tensor>> both = List.of(it -> softmax(it, 1), it -> logSoftmax(it, 1));
    for (UnaryOperator<Tensor> f : both) {
      RunProfile run =
          record(() -> Tape.record(List.of(x), tape -> tape.backward(sum(f.apply(x))).of(x)));
      assertEquals(4L * 24, work(of(run, Kind.OPERATION).getFirst()).flops());
      assertEquals(4L * 24, work(of(run, Kind.BACKWARD).getLast()).flops());
    }
  }

  /// With both gradients wanted, a product's backward pass is two products; with one, one.
  @Test
  void backwardFlopsFollowWhatIsWanted() {
    Tensor a = normal(4, 36);
    for (List<Tensor> watched : List.of(List.of(a), List.of(w), List.of(a, w))) {
      RunProfile run =
          record(
              () ->
                  Tape.record(
                      watched,
                      tape -> tape.backward(sum(linear(a, w, null))).of(watched.getFirst())));
      Slice linear = of(run, Kind.BACKWARD).get(1);
      assertEquals("linear", linear.name());
      assertEquals(watched.size() * 2L * 4 * 36 * 5, work(linear).flops());
    }
  }

  @Test
  void bytesAreReadOnceAndWrittenOnceAndViewsMoveNothing() {
    RunProfile run =
        record(
            () -> {
              Tensor y = linear(reshape(x, 16, 36), w, null);
              sub(y, y);
            });
    List<Slice> operations = of(run, Kind.OPERATION);
    assertEquals(
        List.of(0L, 4L * (16 * 36 + 5 * 36 + 16 * 5), 4L * 3 * 16 * 5),
        operations.stream().map(slice -> work(slice).bytes()).toList());
    assertEquals("[16,36] [5,36] → [16,5]", work(operations.get(1)).shapes());
  }

  @Test
  void algorithmsOfOperations() {
    RunProfile run =
        record(
            () -> {
              attention(normal(2, 5, 8), normal(2, 9, 8), normal(2, 9, 8), 4, false);
              conv2d(x, kernel, null, Window.of(2, 1));
              linear(normal(3, 4, 36), w, null);
              silu(x);
            });
    assertEquals(
        List.of("blocks of keys", "implicit product", "packed panels", ""),
        of(run, Kind.OPERATION).stream().map(slice -> work(slice).algorithm()).toList());
  }

  /// What of a closed scope's memory is still there is what the tape keeps.
  @Test
  void keptBytesAreWhatTheTapeHolds() {
    long[] held = new long[1];
    RunProfile run =
        record(
            () ->
                Tape.record(
                    List.of(kernel, w),
                    tape -> {
                      long before = BufferPool.shared().liveBytes();
                      Scope.run("forward", this::network);
                      held[0] = BufferPool.shared().liveBytes() - before;
                      return null;
                    }));
    long kept =
        run.kept().stream().mapToLong(RunProfile.Kept::bytes).filter(bytes -> bytes > 0).sum();
    assertTrue(held[0] > 0);
    assertEquals(held[0], kept);
    assertEquals(0, run.kept().stream().mapToLong(RunProfile.Kept::bytes).sum());
  }

  /// x·x keeps one value twice, and the two products keep the same.
  @Test
  void whatSeveralKeepCountsOnce() {
    RunProfile run =
        record(
            () ->
                Tape.record(
                    List.of(x),
                    tape -> {
                      Tensor h = silu(x);
                      mul(h, h);
                      mul(h, silu(h));
                      return null;
                    }));
    List<Long> kept =
        run.kept().stream().map(RunProfile.Kept::bytes).filter(bytes -> bytes > 0).toList();
    assertEquals(List.of(4L * x.elements(), 4L * x.elements()), kept);
  }

  @Test
  void allocationsAreThePools() {
    List<Long> live = new ArrayList<>();
    long before = BufferPool.shared().liveBytes();
    RunProfile run =
        record(
            () -> {
              silu(x);
              live.add(BufferPool.shared().liveBytes());
              Scope.keep("inner", () -> silu(silu(x)));
              live.add(BufferPool.shared().liveBytes());
            });
    assertEquals(before, run.liveBefore());
    List<Long> sums = new ArrayList<>();
    long sum = before;
    for (Allocation it : run.allocations()) {
      sum += it.bytes();
      sums.add(sum);
    }
    assertTrue(sums.containsAll(live), sums + " " + live);
    assertEquals(before, sum);
    Slice first = run.slices().get(run.allocations().getFirst().slice());
    assertEquals("silu", first.name());
  }

  /// A checkpointed block's second forward pass lies in a phase of its own, and its backward passes
  /// belong to the operations of that second pass.
  @Test
  void recomputationIsToldApart() {
    RunProfile run =
        record(
            () ->
                gradients(
                    () ->
                        Activations.module(
                            "block", x, in -> Tape.checkpoint("block", all -> network(), in))));
    Slice again =
        run.slices().stream()
            .filter(it -> it.name().equals(Recording.RECOMPUTE))
            .findFirst()
            .orElseThrow();
    Slice block = run.slices().get(again.parent());
    assertEquals(Kind.MODULE, block.kind());
    assertEquals("block", block.name());
    assertEquals("block", run.slices().get(block.cause()).name());
    assertEquals("backward", run.slices().get(block.parent()).name());
    List<Slice> convolutions =
        of(run, Kind.OPERATION).stream().filter(it -> it.name().equals("conv2d")).toList();
    assertEquals(2, convolutions.size());
    assertTrue(
        again.start() <= convolutions.get(1).start() && convolutions.get(1).end() <= again.end());
    Slice backward =
        of(run, Kind.BACKWARD).stream()
            .filter(it -> it.name().equals("conv2d"))
            .findFirst()
            .orElseThrow();
    assertEquals(convolutions.get(1).id(), backward.cause());
  }

  @Test
  void blocksOfATapeAreModulesOfTheBackwardPass() {
    RunProfile run =
        record(
            () ->
                gradients(
                    () ->
                        Activations.module(
                            "block", x, in -> Tape.block("block", all -> network(), in))));
    List<Slice> blocks =
        of(run, Kind.MODULE).stream().filter(it -> it.name().equals("block")).toList();
    assertEquals(2, blocks.size());
    assertEquals(blocks.get(0).id(), blocks.get(1).cause());
    for (Slice slice : of(run, Kind.BACKWARD)) {
      assertEquals(blocks.get(1).id(), slice.parent());
    }
    assertEquals(List.of("test", "backward"), names(of(run, Kind.PHASE)));
  }

  /// A forward pass outside the recording has no slice to be the cause.
  @Test
  void aRecordingOfTheBackwardPassAlone() {
    RunProfile run =
        Tape.record(
            List.of(kernel, w),
            tape -> {
              Tensor y = network();
              return record(() -> tape.backward(y));
            });
    assertEquals(6, of(run, Kind.BACKWARD).size());
    of(run, Kind.BACKWARD).forEach(slice -> assertEquals(-1, slice.cause()));
  }

  /// The work of a model can be counted without doing it.
  @Test
  void aRecordingInsideADryRunCountsWork() {
    List<Work> expected = works(record(this::network));
    List<Work> counted = new ArrayList<>();
    DryRun.of(() -> counted.addAll(works(record(this::network))));
    assertEquals(
        expected.stream().map(Work::flops).toList(), counted.stream().map(Work::flops).toList());
    assertEquals(
        expected.stream().map(Work::shapes).toList(), counted.stream().map(Work::shapes).toList());
  }

  @Test
  void aDryRunIsNoWork() {
    RunProfile run = record(() -> DryRun.of(this::network));
    assertEquals(List.of("test", "dry run"), names(run.slices()));
  }

  private static List<Work> works(RunProfile run) {
    return of(run, Kind.OPERATION).stream().map(RecordedTapeTest::work).toList();
  }
}
