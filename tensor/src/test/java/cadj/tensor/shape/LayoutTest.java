package cadj.tensor.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class LayoutTest {
  @Test
  void rowMajor() {
    Layout layout = Layout.contiguous(Shape.of(2, 3, 4));
    assertArrayEquals(new int[] {12, 4, 1}, layout.strides());
    assertEquals(12 + 8 + 3, layout.at(1, 2, 3));
    assertTrue(layout.isContiguous() && layout.isDense());
    assertFalse(layout.isChannelsLast());
  }

  @Test
  void channelsInnermost() {
    Layout layout = Layout.channelsLast(Shape.of(2, 3, 4, 5));
    assertArrayEquals(new int[] {60, 1, 15, 3}, layout.strides());
    assertTrue(layout.isChannelsLast() && layout.isDense());
    assertFalse(layout.isContiguous());
  }

  /// An image of one pixel, or of one channel, lies in both orders at once.
  @Test
  void sizesOfOneDoNotTellOrdersApart() {
    for (Shape shape : List.of(Shape.of(2, 3, 1, 1), Shape.of(2, 1, 4, 5))) {
      assertTrue(Layout.channelsLast(shape).isContiguous(), shape.toString());
      assertTrue(Layout.contiguous(shape).isChannelsLast(), shape.toString());
    }
  }

  @Test
  void imagesAsTokensShareMemory() {
    Layout tokens =
        Layout.channelsLast(Shape.of(2, 3, 4, 5)).permute(0, 2, 3, 1).reshape(Shape.of(2, 20, 3));
    assertTrue(tokens.isContiguous());
  }

  @Test
  void emptyLayoutsAreInEveryOrder() {
    Layout empty = Layout.contiguous(Shape.of(3, 0, 2)).permute(2, 0, 1);
    assertTrue(empty.isContiguous() && empty.isDense() && empty.isChannelsLast());
  }

  @Test
  void emptySlicesPointInside() {
    Layout all = Layout.contiguous(Shape.of(3, 4));
    Layout none = all.slice(0, 3, 3).slice(1, 4, 4);
    assertEquals(Shape.of(0, 0), none.shape());
    assertTrue(none.offset() <= 12);
  }

  /// A random view of 24 elements, each of its places computed by hand alongside.
  @RepeatedTest(100)
  void viewsOfViewsPointWhereTheyShould(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    Shape start = Shape.of(2, 3, 4);
    Layout layout = Layout.contiguous(start);
    List<int[]> indices = indices(start);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      places.add(i);
    }
    for (int step = 0; step < 4; step++) {
      int rank = layout.shape().rank();
      if (random.nextBoolean()) {
        int[] order = order(rank, random);
        layout = layout.permute(order);
        indices = indices.stream().map(index -> permuted(index, order)).toList();
      } else {
        int dim = random.nextInt(rank);
        int from = random.nextInt(layout.shape().dim(dim));
        int to = from + 1 + random.nextInt(layout.shape().dim(dim) - from);
        layout = layout.slice(dim, from, to);
        List<int[]> kept = new ArrayList<>();
        List<Integer> keptPlaces = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
          int[] index = indices.get(i).clone();
          if (index[dim] >= from && index[dim] < to) {
            index[dim] -= from;
            kept.add(index);
            keptPlaces.add(places.get(i));
          }
        }
        indices = kept;
        places = keptPlaces;
      }
    }
    assertEquals(indices.size(), layout.shape().elements());
    for (int i = 0; i < indices.size(); i++) {
      assertEquals(places.get(i), layout.at(indices.get(i)));
    }
    assertDenseIfAndOnlyIfWithoutGaps(layout, places);
  }

  private static void assertDenseIfAndOnlyIfWithoutGaps(Layout layout, List<Integer> places) {
    Set<Integer> distinct = new HashSet<>(places);
    assertEquals(layout.shape().elements(), distinct.size());
    int span = Collections.max(places) - Collections.min(places) + 1;
    assertEquals(span == distinct.size(), layout.isDense());
    Layout dense = layout.denseLike();
    assertTrue(dense.isDense());
    assertEquals(layout.isDense(), layout.sameOrder(dense));
  }

  @Test
  void expansionRepeats() {
    Layout row = Layout.contiguous(Shape.of(3, 1)).expand(Shape.of(2, 3, 4));
    assertArrayEquals(new int[] {0, 1, 0}, row.strides());
    assertEquals(2, row.at(1, 2, 3));
    assertFalse(row.isDense());
    assertTrue(row.denseLike().isDense());
  }

  @Test
  void errorsSayWhatWasExpected() {
    Layout layout = Layout.contiguous(Shape.of(2, 3));
    assertMessage(
        "permute: [0, 0] is no order of the dimensions of [2,3]", () -> layout.permute(0, 0));
    assertMessage("permute: [0] is no order of the dimensions of [2,3]", () -> layout.permute(0));
    assertMessage(
        "slice: 2 to 1 is out of range for dimension 1 of [2,3]", () -> layout.slice(1, 2, 1));
    assertMessage(
        "slice: 0 to 4 is out of range for dimension -1 of [2,3]", () -> layout.slice(-1, 0, 4));
    assertMessage("expand: [2,3] does not broadcast to [3]", () -> layout.expand(Shape.of(3)));
    assertMessage("expand: cannot broadcast [2,3] with [4,3]", () -> layout.expand(Shape.of(4, 3)));
    assertMessage("reshape: [2,3] cannot become [4]", () -> layout.reshape(Shape.of(4)));
    assertMessage(
        "reshape: layout of [3,2] is not contiguous",
        () -> layout.permute(1, 0).reshape(Shape.of(6)));
    assertMessage("index [0, 3] is outside [2,3]", () -> layout.at(0, 3));
    assertMessage("index [0] does not fit [2,3]", () -> layout.at(0));
    assertMessage(
        "channels-last needs at least 2 dimensions, got [3]",
        () -> Layout.channelsLast(Shape.of(3)));
  }

  private static void assertMessage(String expected, Runnable work) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }

  /// All indices into `shape`, in row-major order.
  private static List<int[]> indices(Shape shape) {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < shape.elements(); i++) {
      int[] index = new int[shape.rank()];
      int rest = i;
      for (int d = index.length - 1; d >= 0; d--) {
        index[d] = rest % shape.dim(d);
        rest /= shape.dim(d);
      }
      all.add(index);
    }
    return all;
  }

  private static int[] order(int rank, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      order.add(d);
    }
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] permuted(int[] index, int[] order) {
    int[] out = new int[index.length];
    for (int d = 0; d < out.length; d++) {
      out[d] = index[order[d]];
    }
    return out;
  }
}
