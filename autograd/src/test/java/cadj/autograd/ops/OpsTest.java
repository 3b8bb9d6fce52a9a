package cadj.autograd.ops;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.autograd.graph.GradCheck;
import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Op;
import cadj.autograd.graph.Tape;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation of the catalogue with each of its samples: value, gradient, layouts, precision,
/// one tensor as two arguments, error messages.
final class OpsTest {
  @Test
  void everyOperationHasItsSamples() {
    List<?> sampled = AllSamples.ALL.stream().map(OpSamples::op).toList();
    for (Class<? extends Op> op : Ops.ALL) {
      assertTrue(sampled.contains(op), op.getSimpleName() + " has no samples");
    }
    for (OpSamples its : AllSamples.ALL) {
      Class<?> op = its.op();
      String name = op.getSimpleName();
      assertEquals(1, Collections.frequency(sampled, op), "sets of samples of " + name);
      assertEquals(Op.class.isAssignableFrom(op), Ops.ALL.contains(op), name + " in the catalogue");
      assertFalse(its.misuses().isEmpty(), name + " has no misuse");
      assertTrue(
          its.samples().stream().anyMatch(OpsTest::differentiable),
          name + " has no sample whose gradient can be checked");
      assertTrue(
          its.samples().stream().anyMatch(OpsTest::hasEmptyInput),
          name + " has no sample with an empty input");
      assertTrue(
          its.samples().stream().allMatch(s -> floats(s.draw()).size() < 2)
              || its.samples().stream().anyMatch(s -> !twins(s.draw()).isEmpty()),
          name + " has no sample where two inputs have the same shape");
    }
  }

  static Stream<Arguments> all() {
    return those(_ -> true);
  }

  static Stream<Arguments> withFormula() {
    return those(sample -> sample.value() != null);
  }

  static Stream<Arguments> ofImages() {
    return those(sample -> Arrays.stream(sample.draw()).anyMatch(t -> t.rank() >= 3));
  }

  static Stream<Arguments> withTwins() {
    return those(sample -> !twins(sample.draw()).isEmpty());
  }

  private static Stream<Arguments> those(Predicate<Sample> wanted) {
    return AllSamples.ALL.stream()
        .flatMap(
            its ->
                its.samples().stream()
                    .filter(wanted)
                    .map(s -> Arguments.of(its.op().getSimpleName() + " " + s.name(), s)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withFormula")
  void valueIsTheFormulas(String name, Sample sample) {
    Function<Tensor[], double[]> formula = requireNonNull(sample.value());
    Tensor[] in = sample.draw();
    assertClose(formula.apply(in), sample.call().apply(in).toDoubles(), 1e-12, name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void gradientIsTheDifferenceQuotient(String name, Sample sample) {
    GradCheck.check(sample.call(), sample.draw());
  }

  /// Each input alone: what the others need not is left out of the backward pass.
  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void gradientByOneInputIsThatByAll(String name, Sample sample) {
    Tensor[] in = sample.draw();
    Run all = Run.of(sample.call(), in, floats(in));
    for (Tensor x : floats(in)) {
      Run alone = Run.of(sample.call(), in, List.of(x));
      assertArrayEquals(all.value, alone.value, name);
      assertArrayEquals(all.gradients.get(floats(in).indexOf(x)), alone.gradients.getFirst(), name);
    }
  }

  /// Reversed order of dimensions, with gaps between the elements and before the first.
  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void inputsMayHaveGapsAndAnyOrder(String name, Sample sample) {
    assertSameAs(sample, OpsTest::scattered, name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofImages")
  void inputsMayBeChannelsLast(String name, Sample sample) {
    assertSameAs(sample, t -> t.rank() >= 3 ? t.channelsLast() : t, name);
  }

  private static void assertSameAs(Sample sample, UnaryOperator<Tensor> change, String name) {
    Tensor[] plain = sample.draw();
    Tensor[] changed = Arrays.stream(sample.draw()).map(change).toArray(Tensor[]::new);
    Run.of(sample.call(), plain, floats(plain))
        .assertClose(Run.of(sample.call(), changed, floats(changed)), 1e-12, name);
  }

  /// One tensor as two arguments at once: contributions add up.
  @ParameterizedTest(name = "{0}")
  @MethodSource("withTwins")
  void sameTensorTwice(String name, Sample sample) {
    for (int[] pair : twins(sample.draw())) {
      Function<Tensor[], Tensor> call =
          in -> {
            Tensor[] doubled = in.clone();
            doubled[pair[1]] = in[pair[0]];
            return sample.call().apply(doubled);
          };
      GradCheck.check(call, sample.draw());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void singlePrecisionAgreesWithDouble(String name, Sample sample) {
    assertAgreesWithDouble(sample, UnaryOperator.identity(), name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void theGpuTakesInputsFromTheHost(String name, Sample sample) {
    Emulated.run(
        () -> {
          assertAgreesWithDouble(sample, Tensor::cpu, name);
          return name;
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void theGpuAgreesWithDouble(String name, Sample sample) {
    Emulated.run(
        () -> {
          assertAgreesWithDouble(sample, UnaryOperator.identity(), name);
          return name;
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void theGpuTakesInputsWithGapsAndAnyOrder(String name, Sample sample) {
    Emulated.run(
        () -> {
          assertAgreesWithDouble(sample, t -> scattered(t.onCurrentDevice()), name);
          return name;
        });
  }

  private static void assertAgreesWithDouble(
      Sample sample, UnaryOperator<Tensor> change, String name) {
    Tensor[] exact = sample.draw();
    Tensor[] single =
        Arrays.stream(sample.draw())
            .map(t -> t.dtype().isFloat() ? change.apply(t.to(DType.F32)) : t)
            .toArray(Tensor[]::new);
    Run.of(sample.call(), exact, floats(exact))
        .assertClose(Run.of(sample.call(), single, floats(single)), 2e-5, name);
  }

  static Stream<Arguments> misuses() {
    return AllSamples.ALL.stream()
        .flatMap(its -> its.misuses().stream().map(m -> Arguments.of(m.message(), m)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misuses")
  void misuseIsExplained(String name, Misuse misuse) {
    assertEquals(
        misuse.message(), assertThrows(IllegalArgumentException.class, misuse.call()).getMessage());
  }

  /// A value, and the gradients of its product with a fixed random seed.
  private record Run(double[] value, List<double[]> gradients) {
    static Run of(Function<Tensor[], Tensor> call, Tensor[] in, List<Tensor> watched) {
      return Tape.record(
          watched,
          tape -> {
            Tensor y = call.apply(in);
            double[] value = y.toDoubles();
            double[] seed = new SplittableRandom(3).doubles(y.elements(), -1, 1).toArray();
            Gradients g = tape.backward(y, Tensor.of(seed, y.shape().toArray()).to(y.dtype()));
            return new Run(
                value,
                watched.stream()
                    .map(x -> g.reached(x) ? g.of(x).toDoubles() : new double[x.elements()])
                    .toList());
          });
    }

    void assertClose(Run other, double tolerance, String name) {
      OpsTest.assertClose(value, other.value, tolerance, name + ": value");
      for (int i = 0; i < gradients.size(); i++) {
        OpsTest.assertClose(
            gradients.get(i), other.gradients.get(i), tolerance, name + ": gradient " + i);
      }
    }
  }

  private static void assertClose(double[] expected, double[] got, double tolerance, String what) {
    assertEquals(expected.length, got.length, what + ": number of elements");
    double scale = 1 + Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < got.length; i++) {
      boolean close = Math.abs(expected[i] - got[i]) <= tolerance * scale;
      if (!close && Double.compare(expected[i], got[i]) != 0) {
        fail("%s: element %d: expected %s, got %s".formatted(what, i, expected[i], got[i]));
      }
    }
  }

  /// `x`, as a view into larger memory of reversed order.
  private static Tensor scattered(Tensor x) {
    int rank = x.rank();
    int[] room = new int[rank];
    int[] order = new int[rank];
    for (int d = 0; d < rank; d++) {
      room[d] = x.dim(rank - 1 - d) + 2;
      order[d] = rank - 1 - d;
    }
    Tensor out = Tensor.full(x.dtype(), Shape.of(room), 9f).permute(order);
    for (int d = 0; d < rank; d++) {
      out = out.slice(d, 1, 1 + x.dim(d));
    }
    out.copyFrom(x);
    return out;
  }

  private static boolean hasEmptyInput(Sample sample) {
    return Arrays.stream(sample.draw()).anyMatch(t -> t.elements() == 0);
  }

  private static boolean differentiable(Sample sample) {
    return !floats(sample.draw()).isEmpty() && !hasEmptyInput(sample);
  }

  private static List<Tensor> floats(Tensor... in) {
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Tensor> out = new ArrayList<>();
    for (Tensor t : in) {
      if (t.dtype().isFloat() && seen.add(t)) {
        out.add(t);
      }
    }
    return out;
  }

  /// Pairs of differentiable inputs of one shape.
  private static List<int[]> twins(Tensor... in) {
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < in.length; i++) {
      for (int j = i + 1; j < in.length; j++) {
        if (in[i].dtype().isFloat()
            && in[j].dtype().isFloat()
            && in[i].shape().equals(in[j].shape())) {
          pairs.add(new int[] {i, j});
        }
      }
    }
    return pairs;
  }
}
