package cadj.kernels.emulator.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Instructions by which the lanes of a warp see each other.
class WarpInstructionsTest {
  private static final int ALL = 64;

  /// Runs `text` in two warps, `%a` being 100 + the thread, and compares `%y` by thread.
  private static void check(String text, String type, IntUnaryOperator expected) {
    check(text, type, thread -> 100 + thread, expected);
  }

  private static void check(
      String text, String type, IntUnaryOperator input, IntUnaryOperator expected) {
    long[][] values = new long[ALL][1];
    for (int t = 0; t < ALL; t++) {
      values[t][0] = input.applyAsInt(t);
    }
    long[] results = new Snippet(text, List.of("b32"), type).run(values);
    for (int t = 0; t < ALL; t++) {
      assertEquals(Integer.toUnsignedLong(expected.applyAsInt(t)), results[t], text + " in " + t);
    }
  }

  @Test
  void shufflesWithinTheWarp() {
    check("shfl.sync.idx.b32 %y, %a, 5, 31, -1;", "b32", t -> 100 + (t & 32) + 5);
    check("shfl.sync.bfly.b32 %y, %a, 3, 31, -1;", "b32", t -> 100 + (t ^ 3));
    check("shfl.sync.up.b32 %y, %a, 1, 0, -1;", "b32", t -> 100 + (t % 32 == 0 ? t : t - 1));
    check("shfl.sync.down.b32 %y, %a, 2, 31, -1;", "b32", t -> 100 + (t % 32 < 30 ? t + 2 : t));
    check(
        "shfl.sync.down.b32 %a, %a, 1, 31, -1; mov.b32 %y, %a;",
        "b32", t -> 100 + (t % 32 < 31 ? t + 1 : t));
  }

  @Test
  void shufflesWithinSegments() {
    // Segments of 8: the clamp is 31 or 0, the mask bits 8 to 12 hold 24.
    check("shfl.sync.down.b32 %y, %a, 1, 0x181f, -1;", "b32", t -> 100 + (t % 8 < 7 ? t + 1 : t));
    check("shfl.sync.up.b32 %y, %a, 1, 0x1800, -1;", "b32", t -> 100 + (t % 8 > 0 ? t - 1 : t));
    check("shfl.sync.idx.b32 %y, %a, 3, 0x181f, -1;", "b32", t -> 100 + (t & ~7) + 3);
    check("shfl.sync.bfly.b32 %y, %a, 4, 0x181f, -1;", "b32", t -> 100 + (t ^ 4));
    check(
        "shfl.sync.bfly.b32 %y, %a, 8, 0x181f, -1;",
        "b32", t -> 100 + (((t & 31) ^ 8) <= ((t & 24) | 7) ? t ^ 8 : t));
  }

  @Test
  void shufflesSayWhetherTheSourceIsThere() {
    check("shfl.sync.down.b32 %word|%y, %a, 2, 31, -1;", "pred", t -> t % 32 < 30 ? 1 : 0);
    check("shfl.sync.up.b32 %word|%y, %a, 2, 0, -1;", "pred", t -> t % 32 >= 2 ? 1 : 0);
  }

  @Test
  void shufflesFloats() {
    check(
        ".reg .f32 %f, %g; cvt.rn.f32.u32 %f, %a; shfl.sync.bfly.b32 %g, %f, 16, 31, -1;"
            + " cvt.rni.u32.f32 %y, %g;",
        "b32", t -> 100 + (t ^ 16));
  }

  @Test
  void someOfTheLanes() {
    // Lanes 0 to 15 turn their values round, the others keep theirs.
    check(
        "mov.u32 %y, %a; and.b32 %word, %t, 31; setp.lt.u32 %p, %word, 16;"
            + " @%p shfl.sync.bfly.b32 %y, %a, 15, 31, 0xffff;",
        "b32", t -> 100 + (t % 32 < 16 ? t ^ 15 : t));
  }

  @Test
  void votes() {
    String odd = "and.b32 %word, %a, 1; setp.ne.u32 %p, %word, 0; ";
    check(odd + "vote.sync.ballot.b32 %y, %p, -1;", "b32", t -> 0xaaaaaaaa);
    check(odd + "vote.sync.ballot.b32 %y, !%p, -1;", "b32", t -> 0x55555555);
    check(odd + "vote.sync.any.pred %y, %p, -1;", "pred", t -> 1);
    check(odd + "vote.sync.all.pred %y, %p, -1;", "pred", t -> 0);
    check(odd + "vote.sync.uni.pred %y, %p, -1;", "pred", t -> 0);
    String large = "setp.gt.u32 %p, %a, 50; ";
    check(large + "vote.sync.all.pred %y, %p, -1;", "pred", t -> 1);
    check(large + "vote.sync.uni.pred %y, !%p, -1;", "pred", t -> 1);
    check(large + "vote.sync.any.pred %y, !%p, -1;", "pred", t -> 0);
  }

  @Test
  void activeMask() {
    check("activemask.b32 %y;", "b32", t -> -1);
    check(
        "mov.u32 %y, 0; setp.lt.u32 %p, %t, 35; @%p activemask.b32 %y;",
        "b32", t -> t < 32 ? -1 : t < 35 ? 7 : 0);
  }

  @Test
  void matches() {
    IntUnaryOperator quarters = t -> t / 8;
    check("match.any.sync.b32 %y, %a, -1;", "b32", quarters, t -> 0xff << (t % 32 / 8 * 8));
    check("match.all.sync.b32 %y, %a, -1;", "b32", quarters, t -> 0);
    check("match.all.sync.b32 %y|%p, %a, -1;", "b32", t -> 9, t -> -1);
    check("match.all.sync.b32 %word|%y, %a, -1;", "pred", t -> 9, t -> 1);
    check("match.all.sync.b32 %word|%y, %a, -1;", "pred", quarters, t -> 0);
    check(
        ".reg .b64 %w; cvt.u64.u32 %w, %a; match.any.sync.b64 %y, %w, -1;",
        "b32", quarters, t -> 0xff << (t % 32 / 8 * 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add.u32", "min.u32", "max.u32", "min.s32", "max.s32", "and.b32", "or.b32", "xor.b32"
      })
  void reduces(String operation) {
    check(
        "redux.sync.%s %%y, %%a, -1;".formatted(operation),
        "b32",
        t -> fold(operation, 100 + (t & 32)));
  }

  private static int fold(String operation, int from) {
    int result = from;
    for (int value = from + 1; value < from + 32; value++) {
      result =
          switch (operation.substring(0, 3)) {
            case "add" -> result + value;
            case "min" -> Math.min(result, value);
            case "max" -> Math.max(result, value);
            case "and" -> result & value;
            case "xor" -> result ^ value;
            default -> result | value;
          };
    }
    return result;
  }

  @Test
  void reducesWithSigns() {
    check("redux.sync.min.s32 %y, %a, -1;", "b32", t -> t - 5, t -> t < 32 ? -5 : 27);
    check("redux.sync.min.u32 %y, %a, -1;", "b32", t -> t - 5, t -> t < 32 ? 0 : 27);
    check("redux.sync.max.u32 %y, %a, -1;", "b32", t -> t - 5, t -> t < 32 ? -1 : 58);
  }

  @Test
  void specialRegisters() {
    check("mov.u32 %y, %laneid;", "b32", t -> t % 32);
    check("mov.u32 %y, %warpid;", "b32", t -> t / 32);
    check("mov.u32 %y, %nwarpid;", "b32", t -> 2);
    check("mov.u32 %y, %ntid.x;", "b32", t -> ALL);
    check("mov.u32 %y, %ntid.y;", "b32", t -> 1);
    check("mov.u32 %y, %lanemask_eq;", "b32", t -> 1 << t);
    check("mov.u32 %y, %lanemask_lt;", "b32", t -> (1 << t) - 1);
    check("mov.u32 %y, %lanemask_le;", "b32", t -> (int) ((1L << (t % 32 + 1)) - 1));
    check("mov.u32 %y, %lanemask_gt;", "b32", t -> (int) (-1L << (t % 32 + 1)));
    check("mov.u32 %y, %lanemask_ge;", "b32", t -> -1 << t);
    check("mov.u32 %y, %total_smem_size;", "b32", t -> 1024);
  }
}
