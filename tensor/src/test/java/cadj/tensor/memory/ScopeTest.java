package cadj.tensor.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScopeTest {
  private final long before = live();

  @AfterEach
  void everyByteIsBack() {
    assertEquals(before, live());
  }

  @Test
  void whatLeavesAllScopesIsNotOverwritten() {
    Tensor kept = Scope.keep("outermost", () -> Tensor.full(DType.F32, Shape.of(2000), 7));
    Scope.run("next", () -> Tensor.full(DType.F32, Shape.of(2000), 8));
    assertEquals(7, kept.toFloats()[1999]);
  }

  @Test
  void resultsThatCannotBeToldAreFreed() {
    assertThrows(
        IllegalStateException.class, () -> Scope.keep("inner", ScopeTest::brokenAfterTheFirst));
  }

  /// Its first storage can be asked for, the second cannot.
  private static Scope.Holder brokenAfterTheFirst() {
    Storage first = tensor().storage();
    return () ->
        new AbstractList<>() {
          @Override
          public Storage get(int i) {
            if (i > 0) {
              throw new IllegalStateException("broken");
            }
            return first;
          }

          @Override
          public int size() {
            return 2;
          }
        };
  }

  @Test
  void resultMovesOutAndTheRestIsFreed() {
    List<Tensor> leaked = new ArrayList<>();
    Scope.run(
        "outer",
        () -> {
          Tensor result =
              Scope.keep(
                  "inner",
                  () -> {
                    leaked.add(tensor());
                    return tensor();
                  });
          assertEquals(7, result.get(0));
          assertEquals(before + 4000, live());
          leaked.add(result);
        });
    assertMessage("tensor [1000] used after scope 'inner' closed", leaked.get(0));
    assertMessage("tensor [1000] used after scope 'outer' closed", leaked.get(1));
  }

  @Test
  void outermostResultIsTheCollectors() {
    Tensor result = Scope.keep("only", ScopeTest::tensor);
    assertEquals(7, result.get(999));
    assertNull(Scope.current());
  }

  @Test
  void viewKeepsItsMemory() {
    Scope.run(
        "outer",
        () -> {
          Tensor view = Scope.keep("inner", () -> tensor().slice(0, 10, 20));
          assertEquals(7, view.get(9));
          assertEquals(before + 4000, live());
        });
  }

  @Test
  void resultFromFurtherOutStaysThere() {
    Scope.run(
        "outer",
        () -> {
          Tensor mine = tensor();
          assertSame(mine, Scope.keep("inner", () -> mine));
          assertEquals(7, mine.get(0));
        });
  }

  @Test
  void failureFreesToo() {
    List<Tensor> leaked = new ArrayList<>();
    IllegalStateException failure = new IllegalStateException("halfway");
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                Scope.run(
                    "failing",
                    () -> {
                      leaked.add(tensor());
                      throw failure;
                    })));
    assertMessage("tensor [1000] used after scope 'failing' closed", leaked.getFirst());
    assertNull(Scope.current());
  }

  @Test
  void holdersKeepAllTheyHold() {
    record Pair(Tensor a, Tensor b) implements Scope.Holder {
      @Override
      public Iterable<Storage> storages() {
        return List.of(a.storage(), b.storage(), a.storage());
      }
    }

    Scope.run(
        "outer",
        () -> {
          Pair pair =
              Scope.keep(
                  "inner",
                  () -> {
                    tensor();
                    return new Pair(tensor(), tensor());
                  });
          assertEquals(7, pair.a.get(0));
          assertEquals(7, pair.b.get(0));
          assertEquals(before + 8000, live());
        });
  }

  @Test
  void pinOutlivesItsScope() {
    List<Tensor> pinned = new ArrayList<>();
    Scope.run(
        "block",
        () -> {
          pinned.add(tensor());
          pinned.getFirst().storage().pin();
          pinned.getFirst().storage().pin();
        });
    Tensor t = pinned.getFirst();
    assertEquals(7, t.get(0));
    t.storage().unpin();
    assertEquals(7, t.get(0));
    t.storage().unpin();
    assertMessage("tensor [1000] used after scope 'block' closed", t);
  }

  @Test
  void unpinnedInTimeIsFreedByItsScope() {
    Scope.run(
        "block",
        () -> {
          Storage storage = tensor().storage();
          storage.pin();
          storage.unpin();
          assertEquals(before + 4000, live());
        });
  }

  @Test
  void earlyReleaseNeedsTheOwnerAndNoPin() {
    Scope.run(
        "outer",
        () -> {
          Scope outer = current();
          Tensor t = tensor();
          Scope.run("inner", () -> t.storage().freeIfOwnedBy(current()));
          assertEquals(7, t.get(0));
          t.storage().pin();
          t.storage().freeIfOwnedBy(outer);
          assertEquals(7, t.get(0));
          t.storage().unpin();
          t.storage().freeIfOwnedBy(outer);
          assertMessage("tensor [1000] used after scope 'outer' closed", t);
        });
  }

  @Test
  void outsideEveryScopeNobodyFrees() {
    Tensor parameter = tensor();
    Scope.run("step", () -> assertEquals(7, parameter.get(0)));
    assertEquals(7, parameter.get(0));
  }

  /// Random nesting: at every point exactly the tensors of open scopes are in use.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void randomNestingCountsRight(long seed) {
    Scope.run("all", () -> nest(new SplittableRandom(seed), 5, before));
  }

  private static @Nullable Tensor nest(SplittableRandom random, int depth, long base) {
    long mine = base;
    for (int i = 0; i < 4; i++) {
      if (depth > 0 && random.nextBoolean()) {
        boolean returns = random.nextBoolean();
        long at = mine;
        Tensor inner =
            Scope.keep(
                "depth " + depth,
                () -> {
                  nest(random, depth - 1, at);
                  return returns ? tensor() : null;
                });
        mine += inner == null ? 0 : 4000;
      } else {
        tensor();
        mine += 4000;
      }
      assertEquals(mine, live());
    }
    return null;
  }

  private static Tensor tensor() {
    return Tensor.full(DType.F32, Shape.of(1000), 7);
  }

  private static Scope current() {
    Scope scope = Scope.current();
    if (scope == null) {
      throw new AssertionError("no scope");
    }
    return scope;
  }

  private static long live() {
    return BufferPool.shared().liveBytes();
  }

  private static void assertMessage(String expected, Tensor freed) {
    assertEquals(
        expected, assertThrows(IllegalStateException.class, () -> freed.get(0)).getMessage());
  }
}
