package cadj.autograd.graph;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.neg;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.NllLoss.nllLoss;
import static cadj.autograd.ops.Pointwise.square;
import static cadj.autograd.ops.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TapeTest {
  private final Tensor a = Tensor.of(new double[] {1, 2, 3}, 3);
  private final Tensor b = Tensor.of(new double[] {4, 5, 6}, 3);

  @Test
  void contributionsOfEveryUseAddUp() {
    // y = Σ a² + a·b + a
    Gradients g = gradients(() -> sum(add(add(mul(a, a), mul(a, b)), a)), a, b);
    assertArrayEquals(new double[] {7, 10, 13}, g.of(a).toDoubles());
    assertArrayEquals(new double[] {1, 2, 3}, g.of(b).toDoubles());
  }

  @Test
  void seedWeighsTheElements() {
    Gradients g =
        Tape.record(
            List.of(a), tape -> tape.backward(square(a), Tensor.of(new double[] {1, 0, -1}, 3)));
    assertArrayEquals(new double[] {2, 0, -6}, g.of(a).toDoubles());
  }

  @Test
  void valueThatIsWatchedHasTheSeedAsGradient() {
    Tensor one = Tensor.of(new double[] {3}, 1);
    Gradients g = gradients(() -> one, one);
    assertArrayEquals(new double[] {1}, g.of(one).toDoubles());
  }

  @Test
  void detachCutsOff() {
    Gradients g = gradients(() -> sum(mul(a, a.detach())), a);
    assertArrayEquals(new double[] {1, 2, 3}, g.of(a).toDoubles());
  }

  @Test
  void noGradCutsOff() {
    Gradients g = gradients(() -> sum(mul(a, Tape.noGrad(() -> square(a)))), a);
    assertArrayEquals(new double[] {1, 4, 9}, g.of(a).toDoubles());
  }

  /// Through a block kept whole, one run again and an operation read twice.
  @Test
  void keptForASecondBackwardPass() {
    Supplier<Tensor> loss =
        () -> {
          Tensor ab = Tape.block("product", in -> mul(in[0], in[1]), a, b);
          Tensor again = Tape.checkpoint("square", in -> square(in[0]), ab);
          return add(again, mul(ab, ab));
        };
    List<double[]> found = new ArrayList<>();
    Tape.record(
        List.of(a, b),
        tape -> {
          Tensor each = loss.get();
          Tensor first = sum(mul(each, Tensor.of(new double[] {1, 0, 0}, 3)));
          Tensor all = sum(each);
          tape.backwardAndKeep(first, (w, gradient) -> found.add(gradient.toDoubles()));
          tape.backwardAndKeep(all, (w, gradient) -> found.add(gradient.toDoubles()));
          tape.backward(all, (w, gradient) -> found.add(gradient.toDoubles()));
          return null;
        });
    // Σ 2a²b²: 4ab² by a, 4a²b by b.
    double[] byA = {64, 200, 432};
    double[] byB = {16, 80, 216};
    assertEquals(6, found.size());
    assertArrayEquals(new double[] {64, 0, 0}, found.get(0));
    assertArrayEquals(new double[] {16, 0, 0}, found.get(1));
    assertArrayEquals(byA, found.get(2));
    assertArrayEquals(byB, found.get(3));
    assertArrayEquals(byA, found.get(4));
    assertArrayEquals(byB, found.get(5));
  }

  /// y = x, whose value is x itself.
  private record Identity() implements Op {
    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public Tensor forward(Saved saved, Tensor... in) {
      return in[0];
    }

    @Override
    public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
      return new Tensor[] {scale(dy, 5)};
    }
  }

  @Test
  void resultThatIsTheInputHasItsOwnGradient() {
    Gradients g = gradients(() -> sum(add(Op.apply(new Identity(), a), a)), a);
    assertArrayEquals(new double[] {6, 6, 6}, g.of(a).toDoubles());
  }

  @Test
  void unreachedIsSaidAloud() {
    Gradients g = gradients(() -> sum(a), a, b);
    assertTrue(g.reached(a));
    assertFalse(g.reached(b));
    assertEquals(
        "gradient: the value does not depend on Tensor(F64 [3]); ask reached() first",
        message(() -> g.of(b)));
    assertEquals(
        "gradient: the tape did not watch Tensor(F64 [3])", message(() -> g.of(a.detach())));
  }

  @Test
  void contributionsThatShareMemoryAreAllCounted() {
    Tensor c = Tensor.of(new float[] {1, 2, 3}, 3);
    Tensor d = Tensor.of(new float[] {4, 5, 6}, 3);
    // c has a gradient already when the halves of one array arrive for c and d.
    Gradients g =
        Tape.record(
            List.of(c, d), tape -> tape.backward(sum(add(Op.apply(new Halves(), c, d), c))));
    assertArrayEquals(new float[] {3, 3, 3}, g.of(c).toFloats());
    assertArrayEquals(new float[] {2, 2, 2}, g.of(d).toFloats());
  }

  /// a + b, whose two contributions, doubled on purpose, lie in one new allocation.
  private record Halves() implements Op {
    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public Tensor forward(Saved saved, Tensor... in) {
      return add(in[0], in[1]);
    }

    @Override
    public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
      Tensor both = dy.empty(2, dy.dim(0));
      both.copyFrom(scale(dy, 2));
      return new Tensor[] {
        both.slice(0, 0, 1).reshape(dy.shape()), both.slice(0, 1, 2).reshape(dy.shape())
      };
    }
  }

  // ---- what is recorded

  /// Notes whether it was asked to keep what a backward pass reads.
  private record Noting(List<Boolean> kept) implements Op {
    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public Tensor forward(Saved saved, Tensor... in) {
      kept.add(saved.keeping());
      return in[0].copy();
    }

    @Override
    public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
      return new Tensor[] {dy};
    }
  }

  @Test
  void onlyWhatDependsOnWatchedTensorsIsRecorded() {
    List<Boolean> kept = new ArrayList<>();
    Op noting = new Noting(kept);
    Op.apply(noting, a);
    Tape.record(
        List.of(a),
        tape -> {
          Tensor fromFrozen = Op.apply(noting, b);
          Op.apply(noting, fromFrozen);
          Tensor fromWatched = Op.apply(noting, mul(a, b));
          Op.apply(noting, fromWatched.detach());
          Tape.noGrad(() -> Op.apply(noting, a));
          return null;
        });
    Tape.record(List.of(), tape -> Op.apply(noting, a));
    assertEquals(List.of(false, false, false, true, false, false, false), kept);
  }

  // ---- writing in place

  @Test
  void overwritingWhatIsKeptIsFoundOut() {
    for (Supplier<Tensor> value :
        List.<Supplier<Tensor>>of(
            () -> mul(a, b), () -> Tape.checkpoint("mul", in -> mul(in[0], b), a))) {
      Exception e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  gradients(
                      () -> {
                        Tensor y = sum(value.get());
                        a.slice(0, 1, 2).copyFrom(Tensor.of(new double[] {9}, 1));
                        return y;
                      },
                      a,
                      b));
      assertEquals(
          "mul: value [3] kept for the backward pass has been overwritten", e.getMessage());
    }
  }

  @Test
  void overwritingWhatNobodyKeptIsFine() {
    Gradients g =
        gradients(
            () -> {
              Tensor y = sum(add(a, b));
              a.copyFrom(b);
              return y;
            },
            a);
    assertArrayEquals(new double[] {1, 1, 1}, g.of(a).toDoubles());
  }

  // ---- misuse

  @Test
  void integersCannotBeWatched() {
    Tensor ids = Tensor.of(new long[] {1}, 1);
    assertEquals(
        "tape: cannot watch Tensor(I64 [1]), only F32 and F64 have gradients",
        message(() -> Tape.record(List.of(ids), tape -> null)));
  }

  @Test
  void valueWithoutSeedHasOneElement() {
    assertEquals(
        "backward: expected one element, got [3]", message(() -> gradients(() -> neg(a), a)));
  }

  @Test
  void seedFitsValue() {
    assertEquals(
        "backward: seed Tensor(F64 [2]) does not fit value Tensor(F64 [3])",
        message(
            () ->
                Tape.record(
                    List.of(a), tape -> tape.backward(neg(a), Tensor.of(new double[2], 2)))));
  }

  @Test
  void inputWithoutDerivativeMayNotBeTracked() {
    Tensor logp = Tensor.of(new double[6], 2, 3);
    Tensor targets = Tensor.of(new double[2], 2);
    assertEquals(
        "nllLoss has no derivative by input 1",
        message(() -> gradients(() -> nllLoss(logp, targets), targets)));
  }

  @Test
  void inputsAreOfOneType() {
    Tensor c = Tensor.of(new float[] {1, 2, 3}, 3);
    assertEquals("mul: expected inputs of one type, got F64 and F32", message(() -> mul(a, c)));
    Tensor targets = Tensor.of(new long[] {0, 2}, 2);
    Tensor logp = Tensor.of(new double[] {-1, -2, -3, -4, -5, -6}, 2, 3);
    assertEquals(3.5, nllLoss(logp, targets).item(), "targets are no floats");
  }

  /// Breaks one rule of [Op] or another.
  private record Wrong(Shape claimed, @Nullable Tensor... contributions) implements Op {
    @Override
    public Shape shape(Shape... in) {
      return claimed;
    }

    @Override
    public Tensor forward(Saved saved, Tensor... in) {
      return in[0].copy();
    }

    @Override
    public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
      return contributions;
    }
  }

  @Test
  void shapeRuleAndResultAgree() {
    assertEquals(
        "wrong: result [3] is not what its shape rule says, [4]",
        message(() -> Op.apply(new Wrong(Shape.of(4)), a)));
  }

  @Test
  void backwardRuleSaysAllItMust() {
    assertEquals(
        "wrong: backward gave 0 contributions for 1 inputs",
        message(() -> gradients(() -> sum(Op.apply(new Wrong(a.shape()), a)), a)));
    assertEquals(
        "wrong: backward gave no contribution for input 0",
        message(() -> gradients(() -> sum(Op.apply(new Wrong(a.shape(), (Tensor) null), a)), a)));
    assertEquals(
        "backward: contribution Tensor(F64 [1]) does not fit Tensor(F64 [3])",
        message(
            () ->
                gradients(
                    () -> sum(Op.apply(new Wrong(a.shape(), Tensor.of(new double[1], 1)), a)), a)));
  }

  private static Gradients gradients(Supplier<Tensor> value, Tensor... watched) {
    return Tape.record(List.of(watched), tape -> tape.backward(value.get()));
  }

  private static String message(Runnable work) {
    return assertThrows(IllegalArgumentException.class, work::run).getMessage();
  }
}
